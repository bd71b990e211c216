// The functions' network: two private subnets without internet access, and an endpoint for each AWS service they call.
const { att, capital, ref, resource, sub } = require('./cfn.cjs');

const ZONES = ['A', 'B'];
/** A group without an egress rule may reach everything. */
const NOWHERE = [
  { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32', Description: 'nowhere' },
];

module.exports = (stage) => ({
  Resources: { ...vpc(), ...securityGroups(), ...(stage.egress === 'nat' ? nat() : endpoints(stage)) },
});

const endpointPolicy = (statement) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', ...statement }],
});

/** Endpoints admit only this account: no credentials of other accounts, and no buckets or topics of theirs. */
const ownAccount = () =>
  endpointPolicy({
    Sid: 'OnlyThisAccount',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': ref('AWS::AccountId') } },
  });

/** Without an account, a policy on the endpoint of SES could not be tested; the role names one identity. */
const WITHOUT_POLICY = ['email'];

function vpc() {
  const resources = {
    Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.20.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true }),
    PrivateRoutes: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
    // The custom resource that migrates responds to CloudFormation through S3.
    S3Endpoint: resource('AWS::EC2::VPCEndpoint', {
      VpcId: ref('Vpc'),
      VpcEndpointType: 'Gateway',
      ServiceName: sub('com.amazonaws.${AWS::Region}.s3'),
      RouteTableIds: [ref('PrivateRoutes')],
      PolicyDocument: endpointPolicy({
        Sid: 'AnswerCloudFormation',
        Action: 's3:PutObject',
        // CloudFormation's own buckets, by presigned URLs: the caller is not a role of this account.
        Resource: sub('arn:${AWS::Partition}:s3:::cloudformation-custom-resource-response-*/*'),
      }),
    }),
  };
  ZONES.forEach((zone, index) => {
    resources[`PrivateSubnet${zone}`] = subnet(index, `10.20.${index}.0/24`);
    resources[`PrivateSubnet${zone}Routes`] = resource('AWS::EC2::SubnetRouteTableAssociation', {
      SubnetId: ref(`PrivateSubnet${zone}`),
      RouteTableId: ref('PrivateRoutes'),
    });
  });
  return resources;
}

const subnet = (index, CidrBlock) =>
  resource('AWS::EC2::Subnet', {
    VpcId: ref('Vpc'),
    CidrBlock,
    AvailabilityZone: { 'Fn::Select': [index, { 'Fn::GetAZs': '' }] },
  });

const group = (description, egress) =>
  resource('AWS::EC2::SecurityGroup', {
    GroupDescription: description,
    VpcId: ref('Vpc'),
    SecurityGroupEgress: egress,
  });

/** All addresses, since only S3's gateway knows those of S3; routes lead only to endpoints or the NAT gateway. */
const TLS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0', Description: 'AWS endpoints' };

/** Allowed connections between groups. */
function securityGroups() {
  return {
    FunctionGroup: group('Every function', [TLS]),
    DatabaseClientGroup: group('The functions that have a database', NOWHERE),
    CacheClientGroup: group('The functions that share a cache and counters', NOWHERE),
    DatabaseGroup: group('The database', NOWHERE),
    CacheGroup: group('The cache', NOWHERE),
    ...allow('Database', { from: 'DatabaseClientGroup', to: 'DatabaseGroup', ports: [3306, 3306] }),
    ...allow('Cache', { from: 'CacheClientGroup', to: 'CacheGroup', ports: [6379, 6380] }),
  };
}

function allow(name, { from, to, ports: [FromPort, ToPort] }) {
  const rule = { IpProtocol: 'tcp', FromPort, ToPort };
  return {
    [`${name}Ingress`]: resource('AWS::EC2::SecurityGroupIngress', {
      ...rule,
      GroupId: att(to, 'GroupId'),
      SourceSecurityGroupId: att(from, 'GroupId'),
      Description: name,
    }),
    [`${name}Egress`]: resource('AWS::EC2::SecurityGroupEgress', {
      ...rule,
      GroupId: att(from, 'GroupId'),
      DestinationSecurityGroupId: att(to, 'GroupId'),
      Description: name,
    }),
  };
}

const endpointId = (service) => `${capital(service)}Endpoint`;

Object.assign(module.exports, { allow, group, TLS });

/** The resources that a function needs to read a secret and respond to callers outside. */
module.exports.wayOut = ({ egress }) => [
  'S3Endpoint',
  egress === 'nat' ? 'PrivateRoute' : endpointId('secretsmanager'),
  ...ZONES.map((zone) => `PrivateSubnet${zone}Routes`),
];

function endpoints({ endpoints: services, operators }) {
  const callers = { FunctionGroup: 'Every function', ...(operators === 'yes' && { OperatorsGroup: 'Tunnels' }) };
  const resources = {
    EndpointGroup: resource('AWS::EC2::SecurityGroup', {
      GroupDescription: 'The endpoints of AWS services',
      VpcId: ref('Vpc'),
      SecurityGroupEgress: NOWHERE,
      SecurityGroupIngress: Object.entries(callers).map(([caller, Description]) => ({
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: att(caller, 'GroupId'),
        Description,
      })),
    }),
  };
  for (const service of [...services, ...(operators === 'yes' ? ['ssm', 'ssmmessages'] : [])]) {
    resources[endpointId(service)] = resource('AWS::EC2::VPCEndpoint', {
      VpcId: ref('Vpc'),
      VpcEndpointType: 'Interface',
      ServiceName: sub(`com.amazonaws.\${AWS::Region}.${service}`),
      PrivateDnsEnabled: true,
      ...(!WITHOUT_POLICY.includes(service) && { PolicyDocument: ownAccount() }),
      SubnetIds: ZONES.map((zone) => ref(`PrivateSubnet${zone}`)),
      SecurityGroupIds: [att('EndpointGroup', 'GroupId')],
    });
  }
  return resources;
}

/** One gateway in one zone: losing that zone stops the calls to AWS services, not the database. */
function nat() {
  return {
    InternetGateway: resource('AWS::EC2::InternetGateway', {}),
    InternetGatewayAttachment: resource('AWS::EC2::VPCGatewayAttachment', {
      VpcId: ref('Vpc'),
      InternetGatewayId: ref('InternetGateway'),
    }),
    PublicSubnet: subnet(0, '10.20.10.0/24'),
    PublicRoutes: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
    PublicSubnetRoutes: resource('AWS::EC2::SubnetRouteTableAssociation', {
      SubnetId: ref('PublicSubnet'),
      RouteTableId: ref('PublicRoutes'),
    }),
    PublicRoute: resource(
      'AWS::EC2::Route',
      { RouteTableId: ref('PublicRoutes'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('InternetGateway') },
      { DependsOn: 'InternetGatewayAttachment' },
    ),
    NatAddress: resource('AWS::EC2::EIP', { Domain: 'vpc' }, { DependsOn: 'InternetGatewayAttachment' }),
    NatGateway: resource('AWS::EC2::NatGateway', {
      SubnetId: ref('PublicSubnet'),
      AllocationId: att('NatAddress', 'AllocationId'),
    }),
    PrivateRoute: resource('AWS::EC2::Route', {
      RouteTableId: ref('PrivateRoutes'),
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: ref('NatGateway'),
    }),
  };
}
