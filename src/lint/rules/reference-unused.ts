import { referredTo } from '../../bindings/parse.ts';
import { Scope } from '../../bindings/scope.ts';
import type { ReferenceName } from '../../model/ids.ts';
import type { ReferenceKind } from '../../model/references.ts';
import type { Rule, Subject } from '../rule.ts';

/** What a node can name; the others are for what runs beside them. */
const NAMED: ReadonlySet<ReferenceKind> = new Set(['connection', 'value']);

/** References that a node names, or that another name or reference stands for. */
function usedBy({ project, environments }: Subject): ReadonlySet<ReferenceName> {
  const { wiring } = project.config;
  const scope = new Scope(wiring);
  const used = new Set<ReferenceName>();
  const use = (written: string): void => {
    for (const name of scope.candidates(written)) {
      if (used.has(name)) continue;
      used.add(name);
      const alias = wiring.aliases.get(name);
      if (alias !== undefined) use(alias.of);
      for (const { declaration } of environments) {
        const other = referredTo(declaration?.bindings.get(name)?.value ?? null);
        if (other !== null) use(other);
      }
    }
  };
  for (const { mentions = [] } of project.nodes.values()) for (const mention of mentions) use(mention.name);
  return used;
}

export const referenceUnused: Rule = {
  id: 'reference-unused',
  severity: 'warning',
  summary: 'A connection or value that is declared is used by a node.',
  why: 'What nothing reads is still bound, rotated and reviewed in every environment.',
  find: (subject) => {
    const used = usedBy(subject);
    return [...subject.project.config.wiring.references.values()]
      .filter(({ name, kind }) => NAMED.has(kind) && !used.has(name))
      .map(({ name, kind, at }) => ({
        message: `No node uses the ${kind} \`${name}\`.`,
        at,
        hint:
          kind === 'value'
            ? `Put it into SQL as {{ ${name} }}, or remove it.`
            : `Read it in a source (\`connection: ${name}\`), or remove it.`,
      }));
  },
};
