import { homedir } from 'node:os';
import { kindsOf } from '../bindings/kinds.ts';
import { openOutsides } from '../bindings/open-outsides.ts';
import { UNWIRED } from '../model/environments.ts';
import { readConfig } from '../project/config.ts';

/** The references that a project declares, and their kinds; none where its configuration is broken. */
export async function declaredKinds(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ReturnType<typeof kindsOf>> {
  const { lookup } = await openOutsides({ root, environment, home: homedir(), profile: false });
  return kindsOf(readConfig(root, lookup, [])?.wiring ?? UNWIRED);
}
