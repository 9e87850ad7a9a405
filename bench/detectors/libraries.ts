import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judgedText, type System, type Verdict, verdict } from './systems.ts';

const FOLDER = join(import.meta.dirname, '../../.tools/detectors');

/** What a package is asked; its own shape is nobody's business but this file's. */
type Ask = (text: string) => Verdict | Promise<Verdict>;

interface Library {
  readonly name: string;
  readonly version: string;
  readonly task: 'toxicity' | 'pii';
  readonly languages: readonly string[] | null;
  /** Takes the loaded module and answers how to ask it. */
  readonly use: (loaded: Loaded) => Ask;
}
type Loaded = Readonly<Record<string, unknown>>;

const ENGLISH = ['en'];

const LIBRARIES: readonly Library[] = [
  {
    name: 'obscenity',
    version: '0.4.6',
    task: 'toxicity',
    languages: ENGLISH,
    use(loaded) {
      const dataset = loaded['englishDataset'] as { build(): object };
      const transformers = loaded['englishRecommendedTransformers'] as object;
      const Matcher = loaded['RegExpMatcher'] as new (
        options: object,
      ) => { getAllMatches(text: string): readonly unknown[] };
      const matcher = new Matcher({ ...dataset.build(), ...transformers });
      return (text) => byCount(matcher.getAllMatches(text).length);
    },
  },
  {
    name: 'bad-words',
    version: '4.1.5',
    task: 'toxicity',
    languages: ENGLISH,
    use(loaded) {
      const Filter = loaded['Filter'] as new () => { isProfane(text: string): boolean };
      const filter = new Filter();
      return (text) => byCount(Number(filter.isProfane(text)));
    },
  },
  {
    name: 'leo-profanity',
    version: '1.9.0',
    task: 'toxicity',
    languages: ENGLISH,
    use(loaded) {
      const words = loaded['default'] as { badWordsUsed(text: string): readonly string[] };
      return (text) => byCount(words.badWordsUsed(text).length);
    },
  },
  {
    name: 'redact-pii',
    version: '3.4.0',
    task: 'pii',
    languages: null,
    use(loaded) {
      const Redactor = loaded['SyncRedactor'] as new (
        options: object,
      ) => { redact(text: string): string };
      const off = { enabled: false };
      const redactor = new Redactor({
        // Without names, digits and the like it alters far fewer ordinary answers.
        builtInRedactors: {
          names: off,
          zipcode: off,
          streetAddress: off,
          digits: off,
          url: off,
          username: off,
          password: off,
          credentials: off,
        },
      });
      return (text) => byRedaction(text, redactor.redact(text));
    },
  },
  {
    name: '@redactpii/node',
    version: '1.0.17',
    task: 'pii',
    languages: null,
    use(loaded) {
      const Redactor = loaded['Redactor'] as new (
        options: object,
      ) => { redact(text: string): string };
      const redactor = new Redactor({
        rules: { EMAIL: true, PHONE: true, SSN: true, CREDIT_CARD: true },
      });
      return (text) => byRedaction(text, redactor.redact(text));
    },
  },
  {
    name: '@openai/guardrails',
    version: '0.2.1',
    task: 'pii',
    languages: null,
    use(loaded) {
      const check = loaded['pii'] as (
        context: object,
        text: string,
        options: object,
      ) => Promise<{ info: { detected_entities?: Record<string, readonly string[]> } }>;
      const unformed = new Set(['DATE_TIME', 'LOCATION', 'PERSON', 'NRP', 'URL']);
      const entities = Object.values(loaded['PIIEntity'] as Record<string, string>).filter(
        (one) => !unformed.has(one),
      );
      return async (text) => {
        if (text.trim() === '') return byCount(0);
        const { info } = await check({}, text, { entities, block: false });
        return bySpans(text, Object.values(info.detected_entities ?? {}).flat());
      };
    },
  },
  {
    name: 'openredaction',
    version: '1.1.5',
    task: 'pii',
    languages: null,
    use(loaded) {
      const Redactor = loaded['OpenRedaction'] as new () => {
        detect(text: string): Promise<{ detections: readonly { type: string; value: string }[] }>;
      };
      const redactor = new Redactor();
      return async (text) => {
        const { detections } = await redactor.detect(text);
        const formed = detections.filter(({ type }) =>
          /EMAIL|SSN|CARD|IPV|IBAN|PHONE|KEY|TOKEN|PASSPORT|NATIONAL/.test(type),
        );
        return bySpans(
          text,
          formed.map(({ value }) => value),
        );
      };
    },
  },
];

function byCount(count: number): Verdict {
  return verdict(count, count > 0);
}

function byRedaction(text: string, redacted: string): Verdict {
  return { ...verdict(Number(redacted !== text), redacted !== text), redacted };
}

function bySpans(text: string, values: readonly string[]): Verdict {
  const spans = values.flatMap((value) => {
    const start = text.indexOf(value);
    return start < 0 || value === '' ? [] : [{ start, end: start + value.length }];
  });
  return { ...byCount(values.length), spans };
}

/** The npm packages as systems, installed under `.tools/` at the first run; those that are not to be had are left out. */
export async function loadLibraries(say: (line: string) => void): Promise<System[]> {
  const systems: System[] = [];
  for (const library of LIBRARIES) {
    try {
      const ask = library.use(await load(library));
      systems.push({
        name: `${library.name} ${library.version}`,
        tasks: [library.task],
        languages: library.languages,
        judge: (task, subject) => ask(judgedText(task, subject)),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      say(`${library.name} ${library.version} is left out: ${reason}`);
    }
  }
  return systems;
}

async function load({ name, version }: Library): Promise<Loaded> {
  const folder = join(FOLDER, name.replaceAll(/[^a-z-]/g, '_'));
  if (installed(folder, name) !== version) install(folder, `${name}@${version}`);
  const entry = createRequire(join(folder, 'package.json')).resolve(name);
  return (await import(pathToFileURL(entry).href)) as Loaded;
}

function installed(folder: string, name: string): string | null {
  const file = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(file)) return null;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function install(folder: string, spec: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error'];
  execFileSync('npm', ['install', ...options, spec], {
    cwd: folder,
    stdio: 'pipe',
    timeout: 180_000,
  });
}
