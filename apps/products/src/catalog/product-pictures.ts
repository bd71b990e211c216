/** One file of a picture, as it is kept: under its key, since its address is a setting of the stage. */
export interface StoredSource {
  type: string;
  width: number;
  key: string;
}

/** A picture in the column `images` of a product. */
export interface StoredPicture {
  image_id: number;
  alt: string;
  width: number;
  height: number;
  sources: StoredSource[];
}

export interface PictureSource {
  type: string;
  width: number;
  url: string;
}

/** A picture of a product, as it is shown. */
export interface Picture extends Omit<StoredPicture, 'sources'> {
  sources: PictureSource[];
}

/** The files with addresses below `base`. */
export function sourcesAt(base: string, sources: readonly StoredSource[]): PictureSource[] {
  return sources.map(({ type, width, key }) => ({ type, width, url: `${base}/${key}` }));
}

/** The pictures of the column `images`, with addresses below `base`. */
export function picturesAt(base: string, images: string | null): Picture[] {
  if (images === null) return [];
  const stored = JSON.parse(images) as StoredPicture[];
  return stored.map((picture) => ({ ...picture, sources: sourcesAt(base, picture.sources) }));
}
