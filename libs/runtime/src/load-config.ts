import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place that reads the environment of the process. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Settings that cannot be used. Carries every problem, each with the name of its variable. */
export class ConfigRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigRefused';
  }
}

/**
 * Reads the settings that `schema` names. `NAME_FILE` stands for a file that holds the value of NAME; an empty value counts
 * as not given. @throws ConfigRefused with all problems together, never with a value in it.
 */
export function loadConfig<Config>(schema: z.ZodType<Config>, environment: Environment): Config {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of settingNames(schema)) {
    const value = readSetting(name, environment, problems);
    if (value !== undefined) values[name] = value;
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`));
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigRefused(problems);
  return parsed.data;
}

export function settingNames(schema: z.ZodType): string[] {
  if (!(schema instanceof z.ZodObject)) throw new TypeError('a settings schema is a z.object');
  return Object.keys(schema.shape);
}

function readSetting(name: string, environment: Environment, problems: string[]): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (direct !== undefined && direct !== '') {
    if (file) problems.push(`${name}: given twice, as ${name} and as ${name}_FILE; give one`);
    return direct;
  }
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch {
    problems.push(`${name}_FILE: the file ${file} cannot be read`);
    return undefined;
  }
}
