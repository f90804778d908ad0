resource "aws_kms_key" "main" {}
resource "aws_kms_key" "asymmetric" {
  customer_master_key_spec = "RSA_2048"
  key_usage                = "SIGN_VERIFY"
}
module "good" {
  source     = "./database"
  name       = "good"
  kms_key_id = aws_kms_key.main.arn
}
module "default_key" {
  source = "./database"
  name   = "default"
}
module "off" {
  source            = "./database"
  name              = "off"
  storage_encrypted = false
  kms_key_id        = aws_kms_key.main.arn
}
module "asymmetric" {
  source     = "./database"
  name       = "asym"
  kms_key_id = aws_kms_key.asymmetric.arn
}
module "insights" {
  source     = "./database"
  name       = "pi"
  kms_key_id = aws_kms_key.main.arn
  insights   = true
}
resource "aws_db_snapshot" "s" {
  db_instance_identifier = module.good.identifier
  db_snapshot_identifier = "s"
}
resource "aws_db_instance" "restored" {
  identifier          = "restored"
  instance_class      = "db.t3.micro"
  snapshot_identifier = aws_db_snapshot.s.id
  skip_final_snapshot = true
}
resource "aws_db_instance" "legacy" {
  identifier          = "legacy"
  instance_class      = "db.t3.micro"
  snapshot_identifier = "old"
  storage_encrypted   = true
  kms_key_id          = aws_kms_key.main.arn
  skip_final_snapshot = true
}
