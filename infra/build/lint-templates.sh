#!/usr/bin/env bash
# Builds every stage's CloudFormation template without credentials, and prod's also with everything that --param can add
# or replace, and checks them with cfn-lint.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(infra/build/python.sh)
template() {
  local said
  said=$(BUNDLE=none npx --no-install serverless package --stage "$2" --package "dist/templates/$1" "${@:3}" 2>&1) ||
    { echo "$said" >&2; return 1; }
}
for stage in dev staging prod local; do template "$stage" "$stage"; done
template operators dev --param=operators=yes
template options prod --param=databaseProxy=yes --param=operators=yes --param=egress=nat --param=snapshot=before \
  --param=corsOrigins=https://shop.example.com --param=domain=api.example.com \
  --param=certificateArn=arn:aws:acm:eu-west-1:111111111111:certificate/00000000-0000-0000-0000-000000000000
"$bin/cfn-lint" dist/templates/{dev,staging,prod,local,options,operators}/cloudformation-template-update-stack.json
echo "The templates of dev, staging, prod (also with every option) and local have no errors."
