import type { Command } from 'commander';
import { configDifferences, type ConfigView } from '../../bindings/config-values.ts';
import type { Given } from '../../bindings/outside.ts';
import type { EnvironmentName } from '../../model/ids.ts';
import type { Json } from '../../model/json.ts';
import { EXIT } from '../../model/problems.ts';
import { helpTail, READING, type DefineCommand, type Invoke } from '../command.ts';
import { configDiffText, configText } from '../output/config-text.ts';
import { styleFor } from '../output/style.ts';
import { withSession } from '../session.ts';
import { environmentValue } from '../values.ts';

const EXAMPLES = [
  ['bough config show --env dev', 'every value of dev, and where it was set'],
  ['bough config diff dev prod', 'only what differs'],
] as const;

export const defineConfig: DefineCommand = (parent, invoke) => {
  const config = parent
    .command('config')
    .description('Show the values that overlays give, and how environments differ')
    .addHelpText('after', helpTail(EXAMPLES, READING));
  defineShow(config, invoke);
  defineDiff(config, invoke);
};

/** A value as programs read it: the last of `set_by` had the last word. */
interface ValueRow {
  readonly value: Json;
  readonly set_by: readonly object[];
}

const valueRow = ({ value, setBy }: Given): ValueRow => ({
  value,
  set_by: setBy.map((one) =>
    one.type === 'file'
      ? { file: one.at.file, line: one.at.line, column: one.at.column }
      : {
          variable: one.name,
          file: one.at?.file ?? null,
          line: one.at?.line ?? null,
          column: one.at?.column ?? null,
        },
  ),
});

const showDocument = ({ environment, values }: ConfigView): object => ({
  format: 'bough.config-show/1',
  environment,
  values: [...values].map(([name, given]) => ({ name, ...valueRow(given) })),
});

function defineShow(config: Command, invoke: Invoke): void {
  config
    .command('show')
    .description('The merged values of an environment, each with the place that set it')
    .option('--env <ENV>', 'the environment; the base if left out', environmentValue)
    .addHelpText('after', helpTail([['bough config show', 'of the base']], READING))
    .action(({ env }: { readonly env?: EnvironmentName }) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const view = await workspace.config(env ?? workspace.base);
          return {
            exit: EXIT.done,
            document: showDocument(view),
            result: configText(view, styleFor(call.context.stdout, call.context.env)),
          };
        }),
      ),
    );
}

function defineDiff(config: Command, invoke: Invoke): void {
  config
    .command('diff')
    .description('The values that differ between two environments')
    .argument('<A>', 'an environment', environmentValue)
    .argument('<B>', 'another one', environmentValue)
    .addHelpText('after', helpTail([['bough config diff dev prod --json', 'for programs']], READING))
    .action((a: EnvironmentName, b: EnvironmentName) =>
      invoke((call) =>
        withSession(call, async ({ workspace }) => {
          const [one, other] = [await workspace.config(a), await workspace.config(b)];
          const differences = configDifferences(one, other);
          const row = (given: Given | null): ValueRow | null => (given === null ? null : valueRow(given));
          return {
            exit: EXIT.done,
            document: {
              format: 'bough.config-diff/1',
              environments: [a, b],
              values: differences.map(({ name, left, right }) => ({ name, a: row(left), b: row(right) })),
            },
            result: configDiffText(differences, one, other, styleFor(call.context.stdout, call.context.env)),
          };
        }),
      ),
    );
}
