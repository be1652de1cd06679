import { noteSecret, SHOWN } from './masking.ts';

/**
 * A value that must not be seen: a password, a token. It prints and serialises as `[secret]`, cannot be cloned, and is
 * equal to nothing but itself, so that no careless line puts it into a log, a plan, the state or a key. Only `reveal`
 * gives the value, and only drivers should ask for it. From the moment that it exists, its value is masked in all output.
 *
 * @example `connecting with ${new Secret('hunter2')}` // connecting with [secret]
 */
export class Secret {
  readonly #value: string;
  /** A function of its own makes structured clones fail, and two secrets differ where objects are compared by content. */
  readonly guard: () => typeof SHOWN = () => SHOWN;

  constructor(value: string) {
    this.#value = value;
    noteSecret(value);
  }

  /** The value itself. */
  reveal(): string {
    return this.#value;
  }

  toString(): typeof SHOWN {
    return SHOWN;
  }

  toJSON(): typeof SHOWN {
    return SHOWN;
  }

  /** Text in templates and sums; throws where `<`, `+secret` and the like would compare or count it. */
  [Symbol.toPrimitive](hint: string): typeof SHOWN {
    if (hint === 'number') throw new TypeError('a secret is no number and has no order');
    return SHOWN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): typeof SHOWN {
    return SHOWN;
  }
}

export interface GivenSecret {
  readonly secret: Secret;
  /** Who gave it, in words: ``the variable `DB_READER` ``. */
  readonly from: string;
}

/** Where a secret comes from, asked when it is needed: it may be another one each time. */
export type SecretSource = () => Promise<GivenSecret>;
