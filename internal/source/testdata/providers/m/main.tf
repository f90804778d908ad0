terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "region" {}
resource "aws_kms_key" "this" {}
output "key_arn" { value = aws_kms_key.this.arn }
output "key_id" { value = aws_kms_key.this.key_id }
