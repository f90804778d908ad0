// Package emulator runs an AWS on the loopback interface for a test.
//
//	cloud := emulator.Start(t, "123456789012")
//	w := terraform.New(t, "cdk.tf.json", terraform.Options{Env: cloud.Env()})
//	w.Apply()
//	key, err := cloud.KMS().DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/nc-dp-data-prod")})
//
// It is moto, a Python program, with corrections in aws_emulator.py. It keeps
// resources and answers like AWS, but it enforces no key policy: who may use a
// key is decided by package simulator, never by an apply that went well. It
// does check the encryption context of Decrypt.
package emulator
