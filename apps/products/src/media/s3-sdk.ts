/**
 * What the adapter of S3 uses of the SDK, in a module of its own: that is imported late, and in a bundle a package of CommonJS
 * that is imported late has no names.
 */
export {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
export { getSignedUrl } from '@aws-sdk/s3-request-presigner';
