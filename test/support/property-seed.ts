import fc from 'fast-check';

/**
 * On a machine for everybody's changes the same commit gets the same verdict: property tests take a fixed seed there
 * (another one by `PROPERTY_SEED`). Everywhere else they look at new inputs each time.
 */
const FIXED_SEED = 20_261_121;
const given = process.env['PROPERTY_SEED'] ?? (process.env['CI'] === 'true' ? FIXED_SEED : null);
if (given !== null) fc.configureGlobal({ seed: Number(given) });
