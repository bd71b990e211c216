// Where the functions run: two private subnets without a way to the internet, and a door to each AWS service they call.
const { att, capital, ref, resource, sub } = require('./cfn.cjs');

const ZONES = ['A', 'B'];
/** A group without a rule of its own may speak to everybody. */
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

/** A door lets in this account alone: a stolen key of another one is of no use here, nor is a bucket or topic of its owner. */
const ownAccount = () =>
  endpointPolicy({
    Sid: 'OnlyThisAccount',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': ref('AWS::AccountId') } },
  });

/** Whether the door of SES takes a policy could not be tried without an account; its role names one identity. */
const WITHOUT_POLICY = ['email'];

function vpc() {
  const resources = {
    Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.20.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true }),
    PrivateRoutes: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
    // The custom resource that migrates answers CloudFormation through S3.
    S3Endpoint: resource('AWS::EC2::VPCEndpoint', {
      VpcId: ref('Vpc'),
      VpcEndpointType: 'Gateway',
      ServiceName: sub('com.amazonaws.${AWS::Region}.s3'),
      RouteTableIds: [ref('PrivateRoutes')],
      PolicyDocument: endpointPolicy({
        Sid: 'AnswerCloudFormation',
        Action: 's3:PutObject',
        // CloudFormation's own buckets, by addresses that it has signed: the caller is no role of this account.
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

/** Everywhere, since S3's addresses are known to its gateway alone; routes lead to endpoints only, or to the NAT gateway. */
const TLS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0', Description: 'AWS endpoints' };

/** Who may speak to whom. */
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

/** What a function needs before it can read a secret and be heard outside. */
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
