import { declareErrors, type DomainError, invalid, notFound } from '@app/kernel';

/** How many categories there may be: each change and each list of a branch reads all of them. */
export const MAX_CATEGORIES = 2_000;
/** How many levels the tree may have. */
export const MAX_DEPTH = 8;

const categoryError = declareErrors({
  'slug-taken': { kind: 'conflict', title: 'Another category has this slug' },
  'category-circle': { kind: 'conflict', title: 'A category cannot be below itself' },
  'category-not-empty': { kind: 'conflict', title: 'The category still has products on sale or categories below it' },
  'category-too-deep': { kind: 'conflict', title: 'The tree of categories would have too many levels' },
  'too-many-categories': { kind: 'conflict', title: 'There are as many categories as there may be' },
});

export const noSuchCategory = (): DomainError => notFound('category');

export const unknownParent = (): DomainError =>
  invalid('/parent_id', 'unknown-category', 'parent_id must be a category that there is, or null for a root.');

export const slugTaken = (): DomainError =>
  categoryError('slug-taken', 'Another category has this slug. Choose a different one.');

export const categoryCircle = (): DomainError =>
  categoryError(
    'category-circle',
    'The new parent is this category or below it. Choose another one, or move that one first.',
  );

export const hasChildren = (): DomainError =>
  categoryError('category-not-empty', 'There are categories below this one. Move or remove them first.');

export const hasProducts = (): DomainError =>
  categoryError(
    'category-not-empty',
    'Products on sale are in this category. Take them out of it or archive them first.',
  );

export const tooDeep = (): DomainError =>
  categoryError('category-too-deep', `The tree has at most ${MAX_DEPTH} levels. Choose a parent further up.`);

export const tooManyCategories = (): DomainError =>
  categoryError('too-many-categories', `There are ${MAX_CATEGORIES} categories. Remove or change one instead.`);
