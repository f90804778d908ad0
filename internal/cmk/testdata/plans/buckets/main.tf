resource "aws_kms_key" "main" {}
module "good" {
  source = "./bucket"
  bucket = "good"
  rules  = [{ algorithm = "aws:kms", key = aws_kms_key.main.arn }]
}
module "sse" {
  source = "./bucket"
  bucket = "sse"
  rules  = [{ algorithm = "AES256", key = null }]
}
module "bare" {
  source = "./bucket"
  bucket = "bare"
  rules  = []
}
resource "aws_s3_bucket" "two" {
  count  = 2
  bucket = "two-${count.index}"
}
resource "aws_s3_bucket_server_side_encryption_configuration" "two" {
  count  = 1
  bucket = aws_s3_bucket.two[count.index].id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.main.arn
    }
  }
}
resource "aws_s3_object" "o" {
  bucket  = module.good.id
  key     = "o"
  content = "x"
}
