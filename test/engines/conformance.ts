import { describe } from 'vitest';
import { buildCases } from './conformance-build.ts';
import { fingerprintCases } from './conformance-fingerprint.ts';
import { fileCases } from './conformance-files.ts';
import { importCases } from './conformance-import.ts';
import { publishCases } from './conformance-publish.ts';
import { readCases } from './conformance-read.ts';
import { unloadCases } from './conformance-unload.ts';
import type { Subject } from './subject.ts';

/** What every engine must do alike. A case may be skipped by what an engine can do, never by which engine it is. */
export function engineConformance(name: string, make: () => Promise<Subject>): void {
  describe(`${name} conforms`, () => {
    describe('builds', () => buildCases(make));
    describe('files', () => fileCases(make));
    describe('rows of other databases', () => importCases(make));
    describe('publication', () => publishCases(make));
    describe('fingerprints', () => fingerprintCases(make));
    describe('reading', () => readCases(make));
    describe('rows for other databases', () => unloadCases(make));
  });
}
