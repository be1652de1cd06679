import { noteSecret } from '../../model/masking.ts';

const SECRET = /PASSW|SECRET|TOKEN|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|(?:^|_)PWD$|DSN$/i;
const PLACE = /(?:_FILE|_PATH|_DIR|_NAME|_ID|_URL|_COMMAND)$|^(?:OLD)?PWD$/i;

/** Variables whose names say that they hold a secret are masked, even where nobody asked for them by a secret's name. */
export function noteVariables(variables: Iterable<readonly [name: string, value: string | undefined]>): void {
  for (const [name, value] of variables) {
    if (value !== undefined && SECRET.test(name) && !PLACE.test(name)) noteSecret(value);
  }
}
