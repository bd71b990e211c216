import { declareErrors, type DomainError } from '@app/kernel';

const mediaError = declareErrors({
  'too-many-images': { kind: 'conflict', title: 'The product has as many images as it may have' },
  'upload-missing': { kind: 'conflict', title: 'Nothing was uploaded' },
  'media-unavailable': { kind: 'unavailable', title: 'Images cannot be stored at the moment' },
});

/** Images of one product, those that are not ready yet among them. */
export const MAX_IMAGES = 20;

export const tooManyImages = (): DomainError =>
  mediaError('too-many-images', `The product already has ${MAX_IMAGES} images. Delete one first.`);

export const uploadMissing = (): DomainError =>
  mediaError('upload-missing', 'There are no bytes under the address of the upload. Send them first.');

export function mediaUnavailable(cause?: unknown): DomainError {
  const because = cause instanceof Error ? ` (${cause.name})` : '';
  return mediaError('media-unavailable', `The store of images does not answer${because}. Try again later.`, {
    retryAfter: 5,
    cause,
  });
}

/** A file that the image shares is just being removed: rendered again later, it is stored anew. */
export const fileBeingRemoved = (): DomainError =>
  mediaError('media-unavailable', 'A file of this image is just being removed. Try again later.');
