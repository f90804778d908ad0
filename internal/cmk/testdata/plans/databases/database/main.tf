variable "name" {}
variable "storage_encrypted" { default = true }
variable "kms_key_id" { default = null }
variable "insights" { default = false }
resource "aws_db_instance" "this" {
  identifier                   = var.name
  allocated_storage            = 10
  engine                       = "mysql"
  instance_class               = "db.t3.micro"
  username                     = "u"
  password                     = "pppppppp1"
  skip_final_snapshot          = true
  storage_encrypted            = var.storage_encrypted
  kms_key_id                   = var.kms_key_id
  performance_insights_enabled = var.insights
}
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["error"])
  name     = "/db/${var.name}/${each.value}"
}
output "identifier" { value = aws_db_instance.this.identifier }
