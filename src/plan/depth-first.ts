/** What is told of a walk over names, each of which needs others. */
export interface Walker<Name> {
  /** Is shown each name once, and says what it needs. */
  readonly enter: (name: Name, depth: number) => readonly Name[];
  /** Is shown each name after all that it needs. */
  readonly leave: (name: Name) => void;
  /** Is shown the path of each circle, which ends where it begins. */
  readonly circle: (path: readonly Name[]) => void;
}

interface Frame<Name> {
  readonly name: Name;
  readonly needs: readonly Name[];
  next: number;
}

/** Walks depth first and without recursion: a chain can be as long as a project. */
export function depthFirst<Name>(starts: Iterable<Name>, { enter, leave, circle }: Walker<Name>): void {
  const entered = new Set<Name>();
  const onPath = new Set<Name>();
  const path: Frame<Name>[] = [];
  const push = (name: Name): void => {
    entered.add(name);
    onPath.add(name);
    path.push({ name, needs: enter(name, path.length), next: 0 });
  };
  const names = (): readonly Name[] => path.map(({ name }) => name);
  for (const start of starts) {
    if (!entered.has(start)) push(start);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const need = frame.needs[frame.next];
      frame.next += 1;
      if (need === undefined) {
        path.pop();
        onPath.delete(frame.name);
        leave(frame.name);
      } else if (onPath.has(need)) circle([...names().slice(names().indexOf(need)), need]);
      else if (!entered.has(need)) push(need);
    }
  }
}
