import { ofType } from '../../support/templates.js';
import { type Built, propertiesOf } from './built.js';

export function describeOperators(template: Built): void {
  describe('the host of operators', () => {
    it('is private, without a key, and encrypted; Session Manager is the only way in', () => {
      expect(ofType(template(), 'AWS::EC2::Instance').map(([id]) => id)).toEqual(['OperatorsHost']);
      const host = propertiesOf(template(), 'OperatorsHost');
      expect(host).toMatchObject({
        SubnetId: { Ref: 'PrivateSubnetA' },
        SecurityGroupIds: [{ 'Fn::GetAtt': ['OperatorsGroup', 'GroupId'] }],
        MetadataOptions: { HttpTokens: 'required' },
        BlockDeviceMappings: [expect.objectContaining({ Ebs: expect.objectContaining({ Encrypted: true }) as object })],
      });
      for (const way of ['KeyName', 'NetworkInterfaces', 'UserData', 'SecurityGroups'])
        expect(host).not.toHaveProperty(way);
    });

    it('accepts no connections, and reaches only database, cache and AWS', () => {
      const group = propertiesOf(template(), 'OperatorsGroup');
      expect(group).not.toHaveProperty('SecurityGroupIngress');
      expect(group['SecurityGroupEgress']).toEqual([expect.objectContaining({ FromPort: 443, ToPort: 443 })]);
      const end = (rule: Record<string, unknown>, name: string) =>
        (rule[name] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
      const into = ofType(template(), 'AWS::EC2::SecurityGroupIngress').map(([, rule]) => end(rule, 'GroupId'));
      expect(into).not.toContain('OperatorsGroup');
      const ways = ofType(template(), 'AWS::EC2::SecurityGroupEgress')
        .filter(([, rule]) => end(rule, 'GroupId') === 'OperatorsGroup')
        .map(([, rule]) => [end(rule, 'DestinationSecurityGroupId'), rule['FromPort'], rule['ToPort']]);
      expect(ways.sort()).toEqual([
        ['CacheGroup', 6379, 6379],
        ['DatabaseGroup', 3306, 3306],
      ]);
    });
  });
}
