package emulator

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// Region is the region that [Emulator.KMS] asks: the platform's primary one.
const Region = "us-east-1"

// The emulator accepts any credentials.
const (
	accessKey = "emulator"
	secretKey = "emulator"
)

// KMS returns a client with which a test asks the emulator itself what
// Terraform made, in [Region].
func (e *Emulator) KMS() *kms.Client { return e.KMSIn(Region) }

// KMSIn is [Emulator.KMS] for another region, as replicas need it. The client is
// configured here alone, so no profile of the machine can lead it elsewhere.
func (e *Emulator) KMSIn(region string) *kms.Client {
	return kms.New(kms.Options{
		Region:       region,
		BaseEndpoint: aws.String(e.endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
}
