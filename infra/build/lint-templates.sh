#!/usr/bin/env bash
# Builds every stage's CloudFormation template, without credentials, and has cfn-lint read it.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(infra/build/python.sh)
for stage in dev staging prod; do
  BUNDLE=none npx --no-install serverless package --stage "$stage" --package "dist/templates/$stage" >/dev/null
done
"$bin/cfn-lint" dist/templates/{dev,staging,prod}/cloudformation-template-update-stack.json
echo "The templates of dev, staging and prod have no errors."
