import { describe, expect, it } from 'vitest';
import { NewReviewQueue } from '../../../contract/reviews.ts';
import { NEW_QUEUE, queueBody } from './queue-draft.ts';

describe('the form of a queue', () => {
  const named = { ...NEW_QUEUE, name: ' Quality ' };

  it('asks for what the API takes, without filters that filter nothing', () => {
    const body = queueBody(named);
    expect(NewReviewQueue.parse(body)).toMatchObject({ name: 'Quality', filter: {}, size: 50 });
    const filtered = queueBody({ ...named, model: 'small ', maxValue: 0.5, flagged: true });
    expect(filtered?.filter).toEqual({ model: 'small', maxValue: 0.5, flagged: true });
  });

  it('is not complete without a name, a size, and an evaluator where one is needed', () => {
    expect(queueBody(NEW_QUEUE)).toBeNull();
    expect(queueBody({ ...named, size: null })).toBeNull();
    expect(queueBody({ ...named, mode: 'narrow' })).toBeNull();
    expect(queueBody({ ...named, mode: 'narrow', evaluator: 'judge:q' })).not.toBeNull();
  });

  it('filters nothing where labels are to stand for everything', () => {
    const narrow = { ...named, mode: 'narrow', evaluator: 'judge:q', flagged: true } as const;
    expect(queueBody(narrow)?.filter).toEqual({});
  });
});
