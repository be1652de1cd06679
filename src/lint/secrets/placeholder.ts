/** Values that only say where a secret would stand. */
const WORDS = new Set(
  `password passwort passwd passphrase secret token credential credentials username user admin root test testing
  string text varchar char integer number boolean bool true false null none undefined required optional hidden
  postgres postgresql mysql changeit letmein mypassword mysecret yourpassword not_set unset empty default value
  input prompt getpass plaintext sensitive confidential`.split(/\s+/),
);

const PARTS =
  /example|change[-_ ]?me|placeholder|redacted|dummy|your[-_ ]|insert[-_ ]|replace[-_ ]|todo|x{4}|\*{3}|\.{3}|…/i;
const REFERENCES =
  /\$\{|\{\{|\$\(|%\(|<%|^\$\w|^<[^>]*>$|^\[[^\]]*\]$|^%\w+%$|^!|^ENC\[|^vault:|^op:\/\/|^arn:|^\{.*\}$|^@\w/;
const LOOKUPS = /(?:process\.env|os\.environ|getenv|env\.|secrets\.|config\.|settings\.)/;
const VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Whether a value stands for a secret rather than being one. */
export function isPlaceholder(value: string): boolean {
  return (
    WORDS.has(value.toLowerCase()) ||
    PARTS.test(value) ||
    REFERENCES.test(value) ||
    LOOKUPS.test(value) ||
    VARIABLE.test(value) ||
    new Set(value).size <= 2
  );
}
