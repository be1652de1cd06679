export { loadConfig } from './config.ts';
export { parseDuration } from './duration.ts';
export { CONFIG_FILE, findRoot } from './find-root.ts';
export { byPlace, loadProject, readProject, type Loaded } from './load.ts';
export type { Spared } from './reading.ts';
export { textsOf } from './texts.ts';
export { UntouchedFiles } from './untouched.ts';
export { initProject, TEMPLATES, type Template } from './init.ts';
