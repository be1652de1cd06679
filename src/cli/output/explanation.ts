import { containerText } from '../../bindings/container.ts';
import type { Explanation } from '../../bindings/explain.ts';
import { masked } from '../../model/masked.ts';
import { printable } from '../../model/printable.ts';
import type { Bound } from '../../model/references.ts';
import { setByText } from './config-text.ts';
import { place } from './problem-text.ts';
import type { Style } from './style.ts';

/** In words what a reference stands for; never what a secret holds. */
function boundText(bound: Bound): string {
  switch (bound.kind) {
    case 'connection':
      return containerText(bound.container);
    case 'release':
      return `${bound.selector.pattern} (${bound.selector.releases})`;
    case 'image':
      return bound.image;
    case 'value':
      return JSON.stringify(bound.value);
    case 'secret':
      return '[secret]';
  }
}

/** `bough explain`: what a name means, and what set it, the last word first. */
export function explanationText(explanation: Explanation, style: Style): string {
  const { name, environment, of, bound, setBy, secret, usedAt } = explanation;
  const [last, ...covered] = setBy.toReversed();
  const rows: readonly (readonly [string, string])[] = [
    ['stands for', masked(boundText(bound))],
    ...(of === null ? [] : [['same as', of] as const]),
    ...(last === undefined ? [] : [['set by', setByText(last)] as const]),
    ...covered.map((one) => ['after', setByText(one)] as const),
    ...(bound.kind === 'connection' && bound.container.status !== null
      ? [['status', bound.container.status] as const]
      : []),
    ...(secret === null ? [] : [[bound.kind === 'secret' ? 'named' : 'credential', secretText(secret)] as const]),
    ...usedAt.map((at) => ['used at', place(at)] as const),
  ];
  const lines = rows.map(([head, text]) => `  ${style.dim(head.padEnd(10))}  ${printable(text)}\n`);
  return `${style.bold(printable(name))} ${style.dim(`(${bound.kind}) in ${environment}`)}\n${lines.join('')}`;
}

const secretText = ({ name, setBy }: NonNullable<Explanation['secret']>): string =>
  `${name}: ${setBy === null ? 'not set' : `[secret], ${setByText(setBy)}`}`;

/** `bough.explain/1`. */
export const explanationDocument = ({ bound, setBy, usedAt, secret, ...common }: Explanation): object => ({
  format: 'bough.explain/1',
  ...common,
  ...bound,
  setBy: setBy.map((one) => ({ ...one })),
  secret: secret === null ? null : { name: secret.name, set: secret.setBy !== null, setBy: secret.setBy },
  usedAt,
});
