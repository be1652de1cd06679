import type { EnvironmentDeclaration } from '../model/environments.ts';
import type { EnvironmentName, NodeName, ReferenceName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { Project } from '../model/project.ts';
import type { Binding } from '../model/references.ts';
import type { Outside } from './outside.ts';

/** A project as one environment sees it. */
export interface BoundProject {
  readonly environment: EnvironmentName;
  /** The declaration that the environment goes by; null where the project declares none. */
  readonly declaration: EnvironmentDeclaration | null;
  /** Every reference and alias. */
  readonly bindings: ReadonlyMap<ReferenceName, Binding>;
  /** Nodes with what they name of references and parameters put in. */
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly problems: readonly Problem[];
}

/** Gives every name of a project its meaning in one environment. Pure; all problems are returned. */
export type Bind = (project: Project, environment: EnvironmentName, outside: Outside) => BoundProject;
