# What ../providers.plan.json and ../providers.state.json were made from, with a
# moto server as the endpoint of sts, iam and kms and credentials made up:
# terraform show -json, without what is not read. ../changes.plan.json is the plan
# after it with for_each = ["a"], without the document and policy "m", and with
# -refresh=false -replace=aws_kms_key.plain.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "region" { default = "us-east-1" }
provider "aws" {
  region = var.region
}
provider "aws" {
  alias  = "eu"
  region = "eu-west-1"
}
provider "aws" {
  alias  = "logs"
  region = "us-west-2"
  assume_role { role_arn = "arn:aws:iam::444455556666:role/deploy" }
}
data "aws_caller_identity" "me" {}
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_kms_key" "plain" {
  provider     = aws.eu
  multi_region = true
}
resource "aws_kms_replica_key" "copy" {
  primary_key_arn = aws_kms_key.plain.arn
}
resource "aws_kms_key" "each" {
  for_each = toset(["a", "b"])
  provider = aws.logs
}
data "aws_iam_policy_document" "each" {
  for_each = toset(["a", "b"])
  statement {
    sid = "Root"
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::444455556666:root"]
    }
    actions   = ["kms:*"]
    resources = [aws_kms_key.each[each.key].arn]
  }
  statement {
    sid = "Use"
    principals {
      type        = "Service"
      identifiers = ["logs.us-west-2.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.app.arn]
    }
    actions   = ["kms:Decrypt", "kms:Encrypt"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:a"
      values   = ["b"]
    }
    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:role"
      values   = [aws_iam_role.app.arn, "arn:aws:iam::444455556666:role/ops"]
    }
  }
}
resource "aws_kms_key_policy" "each" {
  for_each = toset(["a", "b"])
  provider = aws.logs
  key_id   = aws_kms_key.each[each.key].id
  policy   = data.aws_iam_policy_document.each[each.key].json
}
module "m" {
  source    = "./m"
  providers = { aws = aws.eu }
  region    = var.region
}
data "aws_iam_policy_document" "m" {
  statement {
    sid = "Root"
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:root"]
    }
    actions   = ["kms:*"]
    resources = [module.m.key_arn]
  }
}
resource "aws_kms_key_policy" "m" {
  provider = aws.eu
  key_id   = module.m.key_id
  policy   = data.aws_iam_policy_document.m.json
}
