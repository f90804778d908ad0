package aws

import "testing"

func TestServiceDoubt(t *testing.T) {
	tests := []struct {
		name     string
		regional bool
		want     string
	}{
		{"cloudtrail.amazonaws.com", false, ""},
		{"logs.us-east-1.amazonaws.com", false, ""},
		{"logs.cn-north-1.amazonaws.com.cn", false, ""},
		{"s3.cn-north-1.amazonaws.com", true, ""},
		{"logs.eusc-de-east-1.amazonaws.eu", false, ""},
		{"logs.us-iso-east-1.c2s.ic.gov", false, ""},
		{"delivery.logs.amazonaws.com", false, ""},
		{"dynamodb.application-autoscaling.amazonaws.com", false, ""},
		{"guardduty.me-south-1.amazonaws.com", false, ""},
		{"logs.${data.aws_region.current.name}.amazonaws.com", false, ""},
		{"logs.us-east-1.${TfToken[TOKEN.7]}", false, ""},
		{"${var.service}.amazonaws.com", false, ""},
		{"s3.*.amazonaws.com", true, ""},
		{"s3.*", true, ""},
		{"*.us-east-1.amazonaws.com", true, ""},
		{"elasti*.us-east-1.amazonaws.com", true, ""},

		{"logs.us-east-1.amazon.com", false, `names of AWS services do not end in "amazon.com"; did you mean "logs.us-east-1.amazonaws.com"?`},
		{"logs.${data.aws_region.current.name}.amazon.com", false, `names of AWS services do not end in "amazon.com"`},
		{"cloudtrail.amazon.com", false, `names of AWS services do not end in "amazon.com"; did you mean "cloudtrail.amazonaws.com"?`},
		{"logs.cn-north-1.amazonaws.con.cn", false, `names of AWS services do not end in "amazonaws.con.cn"; did you mean "logs.cn-north-1.amazonaws.com.cn"?`},
		{"logs.us-east-1.amazonaws.com.cn", false, `names of AWS services do not end in "amazonaws.com.cn"; did you mean "logs.us-east-1.amazonaws.com"?`},
		{"log.us-east-1.amazonaws.com", false, `no AWS service is known whose name begins with "log"; did you mean "logs.us-east-1.amazonaws.com"?`},
		{"delivery.lgos.amazonaws.com", false, `no AWS service is known whose name begins with "delivery.lgos"; did you mean "delivery.logs.amazonaws.com"?`},
		{"cloudtrial.amazonaws.com", false, `no AWS service is known whose name begins with "cloudtrial"; did you mean "cloudtrail.amazonaws.com"?`},
		{"shop.example.com", false, `no AWS service is known whose name begins with "shop"`},
		{"s3.us-esat-1.amazonaws.com", true, `no Region "us-esat-1" is known; did you mean "s3.us-east-1.amazonaws.com"?`},
		{"s3.xx-nowhere-1.amazonaws.com", true, `no Region "xx-nowhere-1" is known`},
		{"s3.amazonaws.com", true, `names no Region; must be like "s3.us-east-1.amazonaws.com"`},
	}
	for _, test := range tests {
		if got := ServiceDoubt(test.name, test.regional); got != test.want {
			t.Errorf("ServiceDoubt(%q, %v):\ngot  %s\nwant %s", test.name, test.regional, got, test.want)
		}
	}
}

func TestServiceInWords(t *testing.T) {
	for name, want := range map[string]string{
		"s3.us-east-1.amazonaws.com":        "S3 in us-east-1",
		"dynamodb.*.amazonaws.com":          "DynamoDB in any Region",
		"logs.cn-north-1.amazonaws.com.cn":  "CloudWatch Logs in cn-north-1",
		"cloudtrail.amazonaws.com":          "CloudTrail",
		"delivery.logs.amazonaws.com":       "log delivery",
		"s3.us-east-1.${TfToken[TOKEN.7]}":  "S3 in us-east-1",
		"xray.us-east-1.amazonaws.com":      "xray.us-east-1.amazonaws.com",
		"s3.us-east-1.amazon.com":           "s3.us-east-1.amazon.com",
		"s3":                                "s3",
		"es.eu-west-1.*":                    "OpenSearch in eu-west-1",
		"rds.${TfToken[TOKEN.7]}.amazonaws": "rds.${TfToken[TOKEN.7]}.amazonaws",
	} {
		if got := ServiceInWords(name); got != want {
			t.Errorf("ServiceInWords(%q) = %q, want %q", name, got, want)
		}
	}
}
