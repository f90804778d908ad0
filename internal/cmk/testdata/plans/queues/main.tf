# Modelled on the usual shape of a public module for queues: everything may be
# switched, names of keys come in as variables.
variable "key_alias" { default = "alias/aws/sqs" }

resource "aws_kms_key" "main" {}

resource "aws_kms_key" "each" {
  for_each = toset(["a", "b"])
}

module "encrypted" {
  source            = "./queue"
  name              = "encrypted"
  kms_master_key_id = aws_kms_key.main.arn
  create_dlq        = true
}

module "plain" {
  source     = "./queue"
  name       = "plain"
  create_dlq = true
}

module "managed" {
  source            = "./queue"
  name              = "managed"
  kms_master_key_id = var.key_alias
}

module "none" {
  source = "./queue"
  name   = "none"
  create = false
}

module "many" {
  source            = "./queue"
  for_each          = aws_kms_key.each
  name              = each.key
  kms_master_key_id = each.value.arn
}

resource "aws_sqs_queue" "each" {
  for_each          = aws_kms_key.each
  name              = "each-${each.key}"
  kms_master_key_id = each.value.key_id
}

resource "aws_sqs_queue" "chosen" {
  name              = "chosen"
  kms_master_key_id = try(aws_kms_key.main.arn, "alias/aws/sqs")
}

resource "aws_sqs_queue" "through" {
  name              = "through"
  kms_master_key_id = module.encrypted.key
}

resource "aws_sqs_queue" "local" {
  name              = "local"
  kms_master_key_id = local.key
}
locals {
  key = aws_kms_key.main.arn
}
resource "aws_dynamodb_table" "dynamic" {
  name         = "t"
  hash_key     = "h"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "h"
    type = "S"
  }
  dynamic "server_side_encryption" {
    for_each = [1]
    content {
      enabled     = true
      kms_key_arn = aws_kms_key.main.arn
    }
  }
}
resource "aws_dynamodb_table" "switched" {
  name         = "u"
  hash_key     = "h"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "h"
    type = "S"
  }
  dynamic "server_side_encryption" {
    for_each = var.key_alias == "" ? [1] : []
    content {
      enabled     = true
      kms_key_arn = aws_kms_key.main.arn
    }
  }
}
