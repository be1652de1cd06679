// oxlint-disable-next-line no-underscore-dangle -- a name that no other text can hold: the build replaces it
declare const __BOUGH_VERSION__: string;

// Scripts and editors ask for the version all the time: it is told before anything else is loaded.
const [, , first, ...rest] = process.argv;
if (rest.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${__BOUGH_VERSION__}\n`);
} else {
  const { main } = await import('./process.ts');
  await main(process.argv.slice(2), __BOUGH_VERSION__);
}
