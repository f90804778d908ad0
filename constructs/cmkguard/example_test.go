package cmkguard_test

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

func ExampleConfig_ExamineSynthesized() {
	config := &cmkguard.Config{
		Environment: "prod",
		Exceptions:  []cmkguard.Exception{{Resource: "aws_sqs_queue.ids", Reason: "holds ids only", Until: "2999-12-31"}},
	}
	found, err := config.ExamineSynthesized(map[string][]byte{"prod": []byte(`{"resource": {
		"aws_kms_key": {"data": {}},
		"aws_sqs_queue": {"jobs": {"kms_master_key_id": "${aws_kms_key.data.arn}"}, "ids": {}},
		"aws_sns_topic": {"events": {"kms_master_key_id": "alias/aws/sns"}}}}`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found)
	// Output:
	// 4 resources examined, 3 of them of types that store data: 1 errors, 0 warnings, 0 of advice, 1 excepted
	//   error: aws_sns_topic.events (stack prod): stores messages under a key of AWS, alias/aws/sns, whose policy nobody can change; set kms_master_key_id to the ARN of a customer managed key [aws-managed-key, Security Hub SNS.1]
	//   excepted: aws_sqs_queue.ids kms_master_key_id: holds ids only (until 2999-12-31)
}
