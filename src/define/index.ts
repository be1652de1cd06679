/** What `bough.config.ts` is written with. */
export { defineProject, environment, team, type DefinedProject } from './project.ts';
export { alias, connection, image, release, secret, value } from './references.ts';
export { container, duckdb, postgres, reference, tags } from './bindings.ts';
