package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Ask calls an operation of a service that speaks AWS's JSON protocol, and
// returns its answer. The target is the operation as the protocol names it, such
// as "AWSEvents.PutEvents", and the service its name in signatures, "events".
// It saves the tests a client for each service that they ask one question.
func (e *Emulator) Ask(tb testing.TB, service, target string, input any) map[string]any {
	tb.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		tb.Fatal(err)
	}
	answer := e.send(tb, http.MethodPost, "/", service, body, http.Header{
		"Content-Type": {"application/x-amz-json-1.1"},
		"X-Amz-Target": {target},
	})
	var output map[string]any
	if len(bytes.TrimSpace(answer)) > 0 {
		if err := json.Unmarshal(answer, &output); err != nil {
			tb.Fatalf("%s answered %q: %v", target, answer, err)
		}
	}
	return output
}

// Bucket returns what S3 answers about a bucket: the subresource "policy",
// "encryption", "object-lock" and so on, as JSON or XML.
func (e *Emulator) Bucket(tb testing.TB, name, subresource string) string {
	tb.Helper()
	return string(e.send(tb, http.MethodGet, "/"+name+"?"+subresource, "s3", nil, http.Header{}))
}

// send makes a request that is not signed: the emulator takes from the header
// which service is meant and checks nothing else.
func (e *Emulator) send(tb testing.TB, method, path, service string, body []byte, header http.Header) []byte {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), method, e.endpoint+path, bytes.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	request.Header = header
	request.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=none", accessKey, Region, service))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		tb.Fatalf("%s %s%s answered %s: %s", service, header.Get("X-Amz-Target"), path, response.Status, strings.TrimSpace(string(answer)))
	}
	return answer
}
