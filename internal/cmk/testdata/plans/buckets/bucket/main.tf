variable "bucket" {}
variable "rules" { default = [] }
resource "aws_s3_bucket" "this" {
  bucket = var.bucket
}
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = length(var.rules) > 0 ? 1 : 0
  bucket = aws_s3_bucket.this.id
  dynamic "rule" {
    for_each = var.rules
    content {
      bucket_key_enabled = true
      apply_server_side_encryption_by_default {
        sse_algorithm     = rule.value.algorithm
        kms_master_key_id = rule.value.key
      }
    }
  }
}
output "id" { value = aws_s3_bucket.this.id }
