// What every bench needs: what was asked for on the command line, and the value at a rank of many.

/** The word after `--name`; `usual` where it is not given. */
export const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : process.argv[at + 1];
};

/** The value that this share of all lies below. */
export const ranked = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];

export const median = (values) => ranked(values, 0.5);
