/** A project in which one rule finds something, and all that `bough check` says of it. */
export interface Golden {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
  /** `file:line:column severity message | what to do`. */
  readonly told: readonly string[];
}

const ORDERS = { 'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\n' };

export const GOLDEN: readonly Golden[] = [
  {
    rule: 'environment-undeclared',
    files: {
      'bough.yml': 'name: shop\nenvironments:\n  prod: {}\n  dev: { base: prd }\n',
      'config/training/base.yaml': 'days: 30\n',
      'config/training/prdo.override.yaml': 'days: 365\n',
    },
    told: [
      'bough.yml:4:3 error `prd` is the base of `dev`, and is not declared. | Did you mean `prod`?',
      'config/training/prdo.override.yaml:1:1 error `prdo` is what this override is for, and is not declared. | Did you mean `prod`?',
    ],
  },
  {
    rule: 'shared-unknown',
    files: {
      'bough.yml': 'name: shop\nnames:\n  shared: [RAW, refrence]\n',
      'models/raw/orders.sql': 'SELECT 1 AS id\n',
      'models/reference/days.sql': 'SELECT 1 AS day\n',
    },
    told: ['bough.yml:3:17 warning No node is in the shared schema `refrence`. | Did you mean `reference`?'],
  },
  {
    rule: 'environment-duplicate',
    files: { 'bough.yml': 'name: shop\nenvironments:\n  prod: {}\n  Prod: { base: prod }\n' },
    told: ['bough.yml:4:3 error `Prod` and `prod` differ in letter case alone. | Rename one of them.'],
  },
  {
    rule: 'environment-circle',
    files: { 'bough.yml': 'name: shop\nenvironments:\n  prod: {}\n  dev: { base: qa }\n  qa: { base: dev }\n' },
    told: [
      "bough.yml:4:3 error These environments are each other's base: dev → qa → dev. | Make one of them a root: `base: none`.",
    ],
  },
  {
    rule: 'promotion-impossible',
    files: {
      'bough.yml':
        'name: shop\nenvironments:\n  prod: {}\n  qa: { base: none }\n  dev: { base: prod }\n  lab: { base: qa }\n' +
        'promotion:\n  - dev\n  - qa\n  - lab\n  - qa\n',
    },
    told: [
      'bough.yml:8:5 error `dev` is a branch of `prod`, and its code goes there, not to `qa`. | Make `dev` a root with `base: none`, or let the path lead over `prod`.',
      'bough.yml:9:5 error `qa` is a root, and `lab` a branch of `qa`: code goes from roots to roots. | Make `lab` a root with `base: none`, or take it out of the path.',
      'bough.yml:11:5 error `qa` stands in the promotion path twice. | Name each step once.',
    ],
  },
  {
    rule: 'home-shared',
    files: {
      'bough.yml':
        'name: shop\nenvironments:\n  prod: { engine: { path: shop.duckdb } }\n' +
        '  qa: { base: none, engine: { path: shop.duckdb } }\n' +
        '  lab: { base: none, engine: { path: lab.duckdb }, state: .bough/state.db }\n',
    },
    told: [
      'bough.yml:4:3 error `qa` and `prod` share a warehouse, and have two states. | Let them share both, or neither: `engine:` and `state:` say it.',
      'bough.yml:5:3 error `lab` and `prod` share a state, and have two warehouses. | Let them share both, or neither: `engine:` and `state:` say it.',
    ],
  },
  {
    rule: 'database-shared',
    files: {
      'bough.yml':
        'name: shop\nreferences: { crm: connection }\nenvironments:\n' +
        '  prod:\n    status: production\n    crm: { type: postgres, host: db, database: crm, status: production }\n' +
        '  dev:\n    base: prod\n    status: non-production\n' +
        '    crm: { type: postgres, host: db, database: crm, status: non-production }\n',
      'models/raw/people.yml': 'kind: source\nname: raw.people\nconnection: crm\ntable: public.people\n',
    },
    told: [
      'bough.yml:10:10 error postgres db/crm is non-production here, and production as `crm` in `prod`. | One of them is wrong, or leads to the wrong database.',
    ],
  },
  {
    rule: 'selector-overlap',
    files: {
      'bough.yml':
        'name: shop\nreferences: { cleaner: release }\nenvironments:\n' +
        '  prod: { status: production, cleaner: v1.0.0 }\n  dev: { base: prod, status: non-production, cleaner: v*.*.* }\n',
    },
    told: [
      'bough.yml:5:55 warning One tag can be `cleaner` of `prod` (`v1.0.0`) and of `dev` (`v*.*.*`). | Give each its own suffix, as in `V*.*.*-prod` and `V*.*.*-dev`.',
    ],
  },
  {
    rule: 'selector-floating',
    files: {
      'bough.yml':
        'name: shop\nreferences: { cleaner: release }\nenvironments:\n  prod: { status: production, cleaner: v*.*.* }\n',
    },
    told: [
      'bough.yml:4:40 warning `cleaner` of `prod` is `v*.*.*`: the next tag that fits is production. | Name the tag, or see what it stands for now: bough resolve.',
    ],
  },
  {
    rule: 'allowance-unused',
    files: {
      'bough.yml':
        'name: shop\nreferences: { crm: connection }\nenvironments:\n  prod:\n    status: production\n' +
        '    crm: { type: postgres, host: db, status: production }\n' +
        '    allow:\n      - { reference: crm, reason: the other one is moving }\n',
      'models/raw/people.yml': 'kind: source\nname: raw.people\nconnection: crm\ntable: public.people\n',
    },
    told: [
      "bough.yml:8:9 warning `crm` needs no permission: it is of the environment's own status. | Remove it, before it permits something else.",
    ],
  },
  {
    rule: 'reference-unused',
    files: {
      'bough.yml': 'name: shop\nreferences:\n  train_days: value\nenvironments:\n  prod: { train_days: 365 }\n',
    },
    told: [
      'bough.yml:3:3 warning No node uses the value `train_days`. | Put it into SQL as {{ train_days }}, or remove it.',
    ],
  },
  {
    rule: 'schema-hard-coded',
    files: {
      ...ORDERS,
      'models/marts/totals.sql': 'SELECT order_id, amount\nFROM dev_raw.orders\n',
      'bough.yml': 'name: shop\nenvironments:\n  prod: {}\n  dev: { base: prod }\n',
    },
    told: [
      'models/marts/totals.sql:2:6 error `dev_raw.orders` is what `raw.orders` is called in `dev`: every environment would read that one. | Write `raw.orders`: each environment leads it to its own.',
    ],
  },
  {
    rule: 'select-star',
    files: { ...ORDERS, 'models/marts/totals.sql': 'SELECT *\nFROM raw.orders\nWHERE amount > 0\n' },
    told: [
      'models/marts/totals.sql:1:8 warning `marts.totals` has whatever columns its input has: its query ends in `*`. | List the columns.',
    ],
  },
  {
    rule: 'secret-in-file',
    files: { 'config/crm/base.yaml': 'user: ann\npassword: blue-moose-77\n' },
    told: [
      'config/crm/base.yaml:2:11 error This looks like a secret: password, bl… (13 characters). | Take it out and change it: whoever reads the repository knows it. If it is none: `bough-ignore secret-in-file REASON`.',
    ],
  },
  {
    rule: 'never-commit-name',
    files: { 'certs/client.pem': '' },
    told: [
      "certs/client.pem:1:1 error `certs/client.pem` is in git: private key. | git rm --cached 'certs/client.pem'; and name it in .gitignore",
    ],
  },
  {
    rule: 'rule-unknown',
    files: { 'bough.yml': 'name: shop\ncheck:\n  rules:\n    select-start: off\n' },
    told: ['bough.yml:4:5 error There is no rule `select-start`. | Did you mean `select-star`?'],
  },
  {
    rule: 'ignore-incomplete',
    files: { ...ORDERS, 'models/marts/totals.sql': 'SELECT order_id FROM raw.orders -- bough-ignore select-star\n' },
    told: [
      'models/marts/totals.sql:1:33 error The comment does not say why. | Write `bough-ignore select-star the reason`.',
    ],
  },
  {
    rule: 'ignore-unused',
    files: {
      ...ORDERS,
      'models/marts/totals.sql':
        '-- bough-ignore select-star every column is wanted\nSELECT order_id FROM raw.orders\n',
    },
    told: ['models/marts/totals.sql:1:1 warning `select-star` finds nothing in line 2. | Remove the comment.'],
  },
];
