import { describe, expect, it } from 'vitest';
import type { Provider, ProviderPreset } from '../../../../contract/routing.ts';
import {
  draftOfPreset,
  draftOfProvider,
  freeName,
  isMoved,
  newProviderOf,
  providerChangeOf,
} from './provider-draft.ts';

const PRESET: ProviderPreset = {
  kind: 'azure',
  title: 'Azure OpenAI',
  dialect: 'openai',
  baseUrl: null,
  baseUrlExample: 'https://my-resource.openai.azure.com',
  authStyle: 'api-key',
  needsCredential: true,
  needsApiVersion: true,
  apiVersion: '2024-10-21',
  credentialUrl: null,
};
const STORED: Provider = {
  id: '018f3f6e-0000-7000-8000-000000000001',
  name: 'azure',
  title: 'Azure',
  kind: 'azure',
  dialect: 'openai',
  baseUrl: 'https://one.openai.azure.com',
  authStyle: 'api-key',
  hasCredential: true,
  credentialHint: 'abcd',
  apiVersion: '2024-10-21',
  allowLinkLocal: false,
  isDefault: true,
  enabled: true,
  source: 'stored',
  createdAt: null,
  updatedAt: null,
};

describe('a new provider', () => {
  it('starts with what is usual for its kind, under a name that is free', () => {
    const draft = draftOfPreset(PRESET, new Set(['azure', 'azure-2']));
    expect(draft).toMatchObject({ name: 'azure-3', authStyle: 'api-key', baseUrl: '' });
    expect(freeName('groq', new Set())).toBe('groq');
  });

  it('has no credential when none was entered, and no spaces around one', () => {
    const draft = draftOfPreset(PRESET, new Set());
    expect(newProviderOf(draft).credential).toBeNull();
    expect(newProviderOf({ ...draft, credential: ' sk-1 ' }).credential).toBe('sk-1');
    expect(newProviderOf({ ...draft, apiVersion: ' ' }).apiVersion).toBeNull();
  });
});

describe('a change of a provider', () => {
  const draft = draftOfProvider(STORED);

  it('leaves a credential alone that was not entered', () => {
    expect(draft.credential).toBe('');
    expect(providerChangeOf({ ...draft, title: 'Other' })).not.toHaveProperty('credential');
  });

  it('replaces it, or forgets it, when that is asked for', () => {
    expect(providerChangeOf({ ...draft, credential: 'sk-2' }).credential).toBe('sk-2');
    expect(providerChangeOf({ ...draft, forgetsCredential: true }).credential).toBeNull();
  });

  it.each([
    ['https://one.openai.azure.com/openai', false],
    ['https://two.openai.azure.com', true],
    ['http://one.openai.azure.com', true],
    ['not yet a url', false],
  ])('to %s leads to another server: %s', (baseUrl, moved) => {
    expect(isMoved({ ...draft, baseUrl }, STORED)).toBe(moved);
  });
});
