import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../core/errors.ts';
import { compareVariables, fillTemplates, variablesIn } from './template.ts';

describe('the variables of templates', () => {
  it('are named once, in order of appearance', () => {
    expect(variablesIn(['{{b}} {{ a }} {{b}}', 'and {{c.d-e}}'])).toEqual(['b', 'a', 'c.d-e']);
  });

  it('are names only: everything else between braces is text', () => {
    const text = '{{}} {{1a}} {{a b}} {{#if x}} {a} {{ fn() }} {{{"json": 1}}}';
    expect(variablesIn([text])).toEqual([]);
    expect(fillTemplates([text], {})).toEqual([text]);
  });
});

describe('filling templates', () => {
  it('puts values in literally, dollar signs and braces included', () => {
    const filled = fillTemplates(['Dear {{name}}, {{name}}!'], { name: "$& $1 $' {{name}} <b>" });
    expect(filled).toEqual(["Dear $& $1 $' {{name}} <b>, $& $1 $' {{name}} <b>!"]);
  });

  it('never looks through a value again, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(fillTemplates(['{{a}}|{{b}}'], { a, b })).toEqual([`${a}|${b}`]);
      }),
    );
  });

  it('names what is missing and what nobody knows', () => {
    const fill = (): unknown => fillTemplates(['{{a}} {{b}}'], { b: '1', c: '2' });
    expect(fill).toThrow(AppError);
    expect(fill).toThrow(/variables are missing: a; the prompt has no variables c/);
    expect(compareVariables(['{{a}} {{b}}'], { b: '1', c: '2' })).toEqual({
      missing: ['a'],
      unknown: ['c'],
    });
  });

  it('does not take what every object has for a value', () => {
    expect(compareVariables(['{{constructor}} {{toString}}'], {}).missing).toEqual([
      'constructor',
      'toString',
    ]);
  });

  it('takes time in proportion to a hostile template', () => {
    const template = '{{'.repeat(50_000) + ' '.repeat(50_000);
    expect(variablesIn([template])).toEqual([]);
  });
});
