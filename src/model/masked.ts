/**
 * The text without what stands before `@` or after `?` in an address: tokens and passwords stand there. Who writes an address
 * wrongly may well have left a `/` or a quote in the password: all up to the last `@` is taken.
 */
export const masked = (text: string): string =>
  text.replaceAll(/(\w:\/{1,2})\S*@/g, '$1***@').replaceAll(/(\w:\/\/[^\s'"?]*)\?[^\s'"]*/g, '$1?***');
