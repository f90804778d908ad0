variable "name" {}
variable "create" { default = true }
variable "create_dlq" { default = false }
variable "kms_master_key_id" { default = null }
resource "aws_sqs_queue" "this" {
  count             = var.create ? 1 : 0
  name              = var.name
  kms_master_key_id = var.kms_master_key_id
}
resource "aws_sqs_queue" "dlq" {
  count             = var.create && var.create_dlq ? 1 : 0
  name              = "${var.name}-dlq"
  kms_master_key_id = try(coalesce(var.kms_master_key_id), null)
}
output "key" { value = var.kms_master_key_id }
