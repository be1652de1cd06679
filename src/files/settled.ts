const SETTLED = 2000;

/**
 * Whether what a file looks like stands for what it held when it was read: one that is written twice within a tick of the
 * disk's clock looks untouched. Both in milliseconds since 1970.
 */
export const isSettled = (changed: number, read: number): boolean => read - changed > SETTLED;
