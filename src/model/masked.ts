/** The text without what stands before `@` or after `?` in an address: tokens and passwords stand there. */
export const masked = (text: string): string =>
  text.replaceAll(/(\w:\/\/)[^/\s'"]*@/g, '$1***@').replaceAll(/(\w:\/\/[^\s'"?]*)\?[^\s'"]*/g, '$1?***');
