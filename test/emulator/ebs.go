package emulator

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// EbsDefaultKey asks for the key that new EBS volumes are encrypted with, in
// [Region]. One call is not worth the SDK of EC2, which is the largest of all.
func (e *Emulator) EbsDefaultKey(tb testing.TB) string {
	tb.Helper()
	form := url.Values{"Action": {"GetEbsDefaultKmsKeyId"}, "Version": {"2016-11-15"}}
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, e.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		tb.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// The emulator reads the service and the Region from the scope, and checks no
	// signature.
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/20260101/"+Region+"/ec2/aws4_request, SignedHeaders=host, Signature=none")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	var answer struct {
		KmsKeyId string `xml:"kmsKeyId"`
	}
	if err := xml.Unmarshal(body, &answer); err != nil || answer.KmsKeyId == "" {
		tb.Fatalf("GetEbsDefaultKmsKeyId answered %s: %s", response.Status, body)
	}
	return answer.KmsKeyId
}
