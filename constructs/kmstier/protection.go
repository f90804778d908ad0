package kmstier

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// protection reads how the keys are protected. Production has stricter rules: see
// the KMS Developer Guide, "Rotate AWS KMS keys" and "Delete an AWS KMS key".
func (p *parser) protection(given *KmsTierConfig) {
	s := &p.settings
	s.production = config.IsProduction(given.Environment)
	why := fmt.Sprintf("in production, which the name %q says this is; set Production to false if it is not", given.Environment)
	if given.Production != nil {
		s.production, why = *given.Production, "in production; Production is true"
	}
	orDefault := func(days int, limit limits.Days) int {
		if days == 0 {
			return limit.Default
		}
		return days
	}
	s.rotate = given.EnableKeyRotation == nil || *given.EnableKeyRotation
	s.rotationPeriodDays = orDefault(given.RotationPeriodDays, limits.RotationPeriod)
	s.deletionWindowDays = orDefault(given.DeletionWindowDays, limits.DeletionWindow)
	s.preventDestroy = s.production
	if given.PreventDestroy != nil {
		s.preventDestroy = *given.PreventDestroy
	}
	s.ebsEncryptionByDefault = given.EbsEncryptionByDefault

	p.Days("RotationPeriodDays", s.rotationPeriodDays, limits.RotationPeriod)
	p.Days("DeletionWindowDays", s.deletionWindowDays, limits.DeletionWindow)
	if s.production {
		if limits.DeletionWindow.Allows(s.deletionWindowDays) && s.deletionWindowDays < DefaultDeletionWindowDays {
			p.ReportValue("DeletionWindowDays", s.deletionWindowDays, fmt.Sprintf("must be %d %s", DefaultDeletionWindowDays, why))
		}
		if !s.rotate {
			p.ReportValue("EnableKeyRotation", false, "must be true "+why)
		}
		if !s.preventDestroy {
			p.ReportValue("PreventDestroy", false, "must be true "+why)
		}
	} else {
		p.relaxedProtection(given)
	}
}

// nobodyMakesGrants warns of grants that only IAM policies could let anybody make, and
// may not.
func (p *parser) nobodyMakesGrants() {
	s := &p.settings
	if s.accountAccess == AdministerOnly && s.administrators(purposeData).Empty() && (s.security.id.IsGiven() || s.logsBucketArn != "") {
		p.warn("AccountAccess is AdministerOnly and AdministratorRoleArns is empty: nobody may create the grants that the tier declares, so terraform apply will fail")
	}
}

// relaxedProtection warns of what production would refuse.
func (p *parser) relaxedProtection(given *KmsTierConfig) {
	s := p.settings
	if !s.rotate {
		p.warn("EnableKeyRotation is false: the key material is never rotated; production would refuse this")
	}
	if s.deletionWindowDays < DefaultDeletionWindowDays {
		p.warn(fmt.Sprintf("DeletionWindowDays is %d: a deleted key can be recovered for that long only; production would refuse less than %d", s.deletionWindowDays, DefaultDeletionWindowDays))
	}
	asked := given.PreventDestroy != nil || config.IsProduction(given.Environment)
	if asked && !s.preventDestroy {
		p.warn("PreventDestroy is false: Terraform destroys the keys, and with them all data, when a plan says so; production would refuse this")
	}
}

func (p *parser) warn(text string) { p.settings.warnings = append(p.settings.warnings, text) }
