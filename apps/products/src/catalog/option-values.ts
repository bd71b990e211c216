import { hash } from 'node:crypto';
import { foldedKey } from './folding.js';

export const MAX_OPTIONS = 3;
export const OPTION_NAME = { max: 30, pattern: /^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u };
export const OPTION_VALUE_LENGTH = 60;

/** By what a variant differs from the others of its group: `{"size": "M", "colour": "red"}`. */
export type OptionValues = Record<string, string>;

/** What makes a product a variant of a group. */
export interface VariantOf {
  groupId: number;
  /** In the order of the group's options. */
  optionValues: OptionValues;
}

/** Equal for equal values, whatever their order. */
export function variantKey(values: OptionValues): string {
  return hash('sha256', JSON.stringify(Object.entries(values).sort()), 'base64url');
}

/** An option's name or value as it is compared: `Size` and `size` are one. */
export const optionKey = (text: string): string => foldedKey(text, OPTION_VALUE_LENGTH);
