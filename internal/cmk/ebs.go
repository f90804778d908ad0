package cmk

import "slices"

// ebsEncryptedByDefault tells whether the app turns on the encryption of all new
// volumes where a resource is.
func (x *examination) ebsEncryptedByDefault(r *resource) bool {
	return x.besides(r, "aws_ebs_encryption_by_default", func(setting *resource) bool {
		return text(setting.values["enabled"]) != "false" && !isExpression(text(setting.values["enabled"]))
	})
}

// ebsDefaultKey tells whether the app gives volumes without a key a customer
// managed one.
func (x *examination) ebsDefaultKey(r *resource) bool {
	return x.besides(r, "aws_ebs_default_kms_key", func(setting *resource) bool {
		return x.judge(setting.stack, setting.values["key_arn"]).holder == customer
	})
}

// besides tells whether there is a setting of the account in the Region of a
// resource. Another stack may be of another account.
func (x *examination) besides(r *resource, kind string, counts func(*resource) bool) bool {
	return slices.ContainsFunc(r.stack.ofKind[kind], func(setting *resource) bool {
		return setting.provider() == r.provider() && counts(setting)
	})
}
