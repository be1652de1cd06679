import { afterEach, beforeEach } from 'vitest';
import type { Subject } from './subject.ts';

/** A fresh subject for each case. */
export function eachWith(make: () => Promise<Subject>): () => Subject {
  let subject: Subject | undefined;
  beforeEach(async () => {
    subject = await make();
  });
  afterEach(async () => {
    await subject?.cleanup();
  });
  return () => {
    if (subject === undefined) throw new Error('asked for outside of a case');
    return subject;
  };
}
