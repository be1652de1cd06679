import type { Privilege } from '../model/grants.ts';
import type { Status } from '../model/references.ts';
import type { ContainerOf, ReferenceTo, SecretName, TagSelection, Variable } from './bindings.ts';
import type {
  AliasReference,
  AnyReference,
  ConnectionReference,
  ImageReference,
  ReleaseReference,
  SecretReference,
  ValueReference,
} from './references.ts';

/** A symbol, so that no editor offers it. */
declare const mistake: unique symbol;

/** Stands where something is wrong, and says what. Nothing can be assigned to it. */
export interface Mistake<Message extends string> {
  readonly [mistake]: Message;
}

export interface Allowance {
  readonly reference: string;
  readonly reason: string;
}

/** What an environment says of itself; every other key of it is the name of a reference. */
export interface EnvironmentWords {
  readonly status?: Status;
  readonly base?: string;
  readonly engine?: object;
  readonly state?: string | object;
  readonly names?: { readonly schema?: string };
  readonly allow?: readonly Allowance[];
  /** Who may read all of its views, by role. */
  readonly grants?: Readonly<Record<string, Privilege | readonly Privilege[]>>;
  readonly description?: string;
}

export type References = Readonly<Record<string, AnyReference>>;
export type EnvironmentShape = EnvironmentWords & { readonly [reference: string]: unknown };
export type Environments = Readonly<Record<string, EnvironmentShape>>;

export interface TeamShape {
  readonly description?: string;
  readonly references?: References;
  readonly environments?: Readonly<Record<string, { readonly [reference: string]: unknown }>>;
}

type Names<T> = keyof T & string;
/** References that environments must say something of. */
type Bindable<R> = { readonly [N in keyof R as R[N] extends AliasReference ? never : N]: R[N] };

/** References that an environment may use although their containers are of the other status. */
type AllowedIn<E> = E extends { readonly allow: readonly { readonly reference: infer Name }[] } ? Name : never;
type StatusOf<E> = E extends { readonly status: infer Of extends Status } ? Of : Status;

/** What a container's status may be where a reference of that name is bound. */
type FittingStatus<E, Name> = Name extends AllowedIn<E> ? Status : StatusOf<E>;

/** What a reference may stand for. */
type BindingOf<Reference, E, Name, All> =
  | ReferenceTo<Names<All>>
  | (Reference extends ConnectionReference<infer Type>
      ? ContainerOf<Type, FittingStatus<E, Name>>
      : Reference extends ReleaseReference
        ? string | TagSelection
        : Reference extends ImageReference
          ? string
          : Reference extends ValueReference<infer Value>
            ? Value | Variable
            : Reference extends SecretReference
              ? SecretName
              : never);

type KindOf<Reference> = Reference extends { readonly kind: infer Kind extends string } ? Kind : 'alias';

/** Why a binding does not fit. */
type Misfit<Reference, Given, E, Name extends string> =
  Given extends ReferenceTo<infer Other>
    ? `there is no reference \`${Other}\``
    : Reference extends ConnectionReference<infer Type>
      ? Given extends ContainerOf<Type, infer Of>
        ? `\`${Name}\` is ${Of}, and its environment is ${StatusOf<E>}`
        : Given extends ContainerOf<infer Other>
          ? `\`${Name}\` is a connection to ${Type}, not to ${Other}`
          : `\`${Name}\` is a connection: bind a container, as with postgres({ … })`
      : Reference extends ValueReference
        ? `this is no value for \`${Name}\`: see its type`
        : `\`${Name}\` is a ${KindOf<Reference>}, and this is none`;

/** Every mistake in one environment's map, as sentences. */
type MapMistakes<R, E, Where extends string, Own extends string> = Foremost<
  { [Name in Exclude<Names<E>, keyof R | Own>]: `there is no reference \`${Name}\`` }[Exclude<Names<E>, keyof R | Own>],
  | {
      [Name in Names<Bindable<R>>]: Name extends keyof E
        ? E[Name] extends BindingOf<R[Name], E, Name, R>
          ? never
          : Misfit<R[Name], E[Name], E, Name>
        : `\`${Where}\` does not say what \`${Name}\` stands for`;
    }[Names<Bindable<R>>]
  | {
      [Name in Names<E> & Names<R>]: R[Name] extends AliasReference
        ? `\`${Name}\` is another name: bind what it stands for`
        : never;
    }[Names<E> & Names<R>]
>;

type EnvironmentMistakes<R, E, Where extends string, Known extends string> =
  | MapMistakes<R, E, Where, Names<EnvironmentWords>>
  | (E extends { readonly base: infer Base extends string } ? Unknown<'environment', Base, Known | 'none'> : never)
  | Unknown<'reference', AllowedIn<E> & string, Names<R>>;

type Unknown<What extends string, Name extends string, Known> = Name extends Known
  ? never
  : `there is no ${What} \`${Name}\``;

/** Names that there are not go first: a misspelt reference is missing, too. */
type Foremost<First, Others> = [First] extends [never] ? Others : First;

/**
 * Nothing more where nothing is wrong; else what is wrong, beside the names that an editor can offer.
 * The full stop makes the compiler print the sentences, and not where they come from.
 */
type Judged<Message extends string, Offered extends string = never> = [Message] extends [never]
  ? unknown
  : Mistake<`${Message}.`> & { readonly [Name in Offered]?: unknown };

type ReferenceMistakes<R, Known extends string> = {
  [Name in Names<R>]: Name extends Names<EnvironmentWords>
    ? `\`${Name}\` has a meaning of its own in an environment`
    : R[Name] extends AliasReference<infer Of>
      ? Unknown<'reference', Of, Known>
      : never;
}[Names<R>];

type Part<P, Key extends PropertyKey> = P extends { readonly [K in Key]: infer Value } ? Value : object;
type NamesOf<P, Key extends PropertyKey> = Names<Part<P, Key>>;

type TeamMistakes<Team, Where extends string, Known extends string, Outer extends string> =
  | ReferenceMistakes<Part<Team, 'references'>, NamesOf<Team, 'references'> | Outer>
  | Unknown<'environment', NamesOf<Team, 'environments'>, Known>
  | {
      [Name in Known]: Name extends NamesOf<Team, 'environments'>
        ? MapMistakes<Part<Team, 'references'>, Part<Part<Team, 'environments'>, Name>, Name, never>
        : `the team \`${Where}\` does not map \`${Name}\``;
    }[Known];

/** What a project must be beside what it is: the place of every mistake is a `Mistake`. */
export type Checked<P, Keys> = {
  readonly references?: Judged<ReferenceMistakes<Part<P, 'references'>, NamesOf<P, 'references'>>>;
  readonly environments?: {
    readonly [Name in keyof Part<P, 'environments'>]: Judged<
      EnvironmentMistakes<
        Part<P, 'references'>,
        Part<P, 'environments'>[Name],
        Name & string,
        NamesOf<P, 'environments'>
      >,
      Names<Bindable<Part<P, 'references'>>>
    >;
  };
  readonly teams?: {
    readonly [Name in keyof Part<P, 'teams'>]: Judged<
      TeamMistakes<Part<P, 'teams'>[Name], Name & string, NamesOf<P, 'environments'>, NamesOf<P, 'references'>>
    >;
  };
  readonly base?: P extends { readonly base: infer Base extends string }
    ? NamesOf<P, 'environments'> extends never
      ? unknown
      : Judged<Unknown<'environment', Base, NamesOf<P, 'environments'>>>
    : unknown;
  readonly promotion?: P extends { readonly promotion: readonly (infer Name extends string)[] }
    ? Judged<Unknown<'environment', Name, NamesOf<P, 'environments'>>>
    : unknown;
  readonly parameters?: Judged<
    {
      [Name in NamesOf<P, 'parameters'>]: Part<P, 'parameters'>[Name] extends ReferenceTo<infer Of>
        ? Unknown<'reference', Of, NamesOf<P, 'references'>>
        : never;
    }[NamesOf<P, 'parameters'>]
  >;
} & { readonly [Key in Exclude<keyof P, Keys>]: Mistake<`a project has no key \`${Key & string}\`.`> };
