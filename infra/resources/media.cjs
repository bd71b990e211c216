// Images of products: a private bucket for uploads and for what is shown of them, and CloudFront before the latter.
const { att, ref, resource, sub } = require('./cfn.cjs');

/** Below it clients put uploads, which nobody else but the renderer reads. */
const UPLOADS = 'uploads/';
/** Below it lie the public files, each under the hash of its content. */
const MEDIA = 'media/';

const objects = (prefix) => sub(`\${MediaBucket.Arn}/${prefix}*`);

module.exports = (stage) => ({
  Resources: { MediaBucket: bucket(stage), ...(stage.local ? {} : delivery()) },
  ...(stage.local ? {} : { Outputs: { MediaUrl: { Description: 'Where images are shown', Value: mediaUrl() } } }),
});
Object.assign(module.exports, { MEDIA, objects, UPLOADS });

const mediaUrl = () => sub('https://${MediaCdn.DomainName}');

/** It outlives the stack: the pictures of the products are in no other place. */
const bucket = ({ local, corsOrigins }) =>
  resource(
    'AWS::S3::Bucket',
    {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      ...(local ? {} : settings(corsOrigins)),
    },
    local ? {} : { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
  );

const settings = (corsOrigins) => ({
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  LifecycleConfiguration: {
    Rules: [
      // A day longer than a picture may wait for its completion.
      { Id: 'uploads', Prefix: UPLOADS, Status: 'Enabled', ExpirationInDays: 2 },
      { Id: 'parts', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ],
  },
  // The pages that may call the API may also send what it has signed.
  ...(corsOrigins && {
    CorsConfiguration: {
      CorsRules: [
        {
          AllowedMethods: ['PUT'],
          AllowedOrigins: corsOrigins.split(',').map((origin) => origin.trim()),
          AllowedHeaders: ['content-type'],
          MaxAge: 600,
        },
      ],
    },
  }),
});

/** Of AWS: keeps files as long as they say, under their path alone. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

function delivery() {
  return {
    MediaBucketPolicy: resource('AWS::S3::BucketPolicy', {
      Bucket: ref('MediaBucket'),
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'ShowMedia',
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: 's3:GetObject',
            Resource: objects(MEDIA),
            Condition: {
              StringEquals: {
                'aws:SourceArn': sub('arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${MediaCdn}'),
              },
            },
          },
          {
            Sid: 'UseMediaByTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [att('MediaBucket', 'Arn'), sub('${MediaBucket.Arn}/*')],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    }),
    MediaAccess: resource('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        Name: sub('${AWS::StackName}-media'),
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    }),
    MediaHeaders: resource('AWS::CloudFront::ResponseHeadersPolicy', { ResponseHeadersPolicyConfig: headers() }),
    MediaCdn: resource('AWS::CloudFront::Distribution', { DistributionConfig: distribution() }),
  };
}

/** What lies there is a picture and nothing else, whatever a browser makes of it, and any page may show it. */
const headers = () => ({
  Name: sub('${AWS::StackName}-media'),
  SecurityHeadersConfig: {
    ContentTypeOptions: { Override: true },
    ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'; sandbox", Override: true },
    StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: true },
  },
  CustomHeadersConfig: {
    Items: [{ Header: 'cross-origin-resource-policy', Value: 'cross-origin', Override: true }],
  },
});

/** Paths beside the public files are refused by the bucket. */
const distribution = () => ({
  Enabled: true,
  Comment: sub('${AWS::StackName} images of products'),
  HttpVersion: 'http2and3',
  IPV6Enabled: true,
  Origins: [
    {
      Id: 'bucket',
      DomainName: att('MediaBucket', 'RegionalDomainName'),
      OriginAccessControlId: att('MediaAccess', 'Id'),
      S3OriginConfig: { OriginAccessIdentity: '' },
    },
  ],
  DefaultCacheBehavior: {
    TargetOriginId: 'bucket',
    ViewerProtocolPolicy: 'redirect-to-https',
    AllowedMethods: ['GET', 'HEAD'],
    CachePolicyId: CACHING_OPTIMIZED,
    ResponseHeadersPolicyId: ref('MediaHeaders'),
    // WebP and JPEG do not become smaller.
    Compress: false,
  },
});
