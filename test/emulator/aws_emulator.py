"""An AWS that answers on the loopback interface, for `terraform apply`.

This is moto's server with those defects of moto 5.2.1 corrected that make
Terraform's AWS provider fail, wait for minutes or find changes that nobody
made. Each correction says which call is wrong and what breaks without it;
emulator_test.go in this folder and the tests of the whole system hold them to it.

It takes a free port itself, so that two test runs never fight for one, prints
`listening on PORT` as the first line of standard output, and stops when its
standard input is closed: whoever started it holds the other end, so it cannot
outlive a test process that was killed.

The account it answers for is that of the environment variable MOTO_ACCOUNT_ID.
"""

import copy
import functools
import json
import os
import sys
import threading
from datetime import datetime, timezone

from jsonpath_ng.ext import parse as parse_path
from moto.cloudtrail.models import CloudTrailBackend
from moto.core.responses import ActionResult
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.events.models import Rule
from moto.kms import utils as kms_utils
from moto.kms.models import KmsBackend, kms_backends
from moto.kms.responses import KmsResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sns.models import sns_backends
from patterns import correct_patterns
from werkzeug.serving import make_server


def correct_rotation_period():
    """Remember RotationPeriodInDays.

    EnableKeyRotation drops it and GetKeyRotationStatus never returns it, so
    every plan after an apply of rotation_period_in_days wants to set it again.
    """
    enable = KmsResponse.enable_key_rotation
    status = KmsResponse.get_key_rotation_status

    def key(response):
        return response.kms_backend.keys[response.kms_backend.get_key_id(response._get_param("KeyId"))]

    def enable_key_rotation(self):
        answer = enable(self)
        # Like AWS: a call without a period sets a year, it does not keep the old one.
        key(self).rotation_period_in_days = self._get_param("RotationPeriodInDays") or 365
        return answer

    def get_key_rotation_status(self):
        answer = json.loads(status(self))
        if answer["KeyRotationEnabled"]:
            answer["RotationPeriodInDays"] = getattr(key(self), "rotation_period_in_days", 365)
        return json.dumps(answer)

    KmsResponse.enable_key_rotation = enable_key_rotation
    KmsResponse.get_key_rotation_status = get_key_rotation_status


def correct_replicas():
    """Make a replica key a key of its own.

    ReplicateKey copies the primary shallowly: both share one record of which of
    them is the replica, and one set of grants and aliases. The first
    DescribeKey of the replica then turns the primary into a replica, and the
    next plan fails. It also ignores the Description, Policy and Tags of the
    request, so the next plan wants to set them.
    """
    replicate = KmsBackend.replicate_key
    respond = KmsResponse.replicate_key

    def replicate_key(self, key_id, replica_region):
        # The provider sends the primary's ARN; moto looks keys up by their id.
        replica = replicate(self, self.get_key_id(key_id), replica_region)
        replica.multi_region_configuration = dict(
            replica.multi_region_configuration, MultiRegionKeyType="REPLICA"
        )
        replica.grants, replica.aliases, replica.rotations = {}, {}, []
        return replica

    def replicate_key_response(self):
        key_id = json.loads(respond(self))["ReplicaKeyMetadata"]["KeyId"]
        backend = kms_backends[self.current_account][self._get_param("ReplicaRegion")]
        replica = backend.keys[key_id]
        replica.description = self._get_param("Description") or ""
        replica.policy = self._get_param("Policy") or replica.generate_default_policy()
        if self._get_param("Tags"):
            backend.tag_resource(key_id, self._get_param("Tags"))
        return json.dumps(
            {
                "ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"],
                "ReplicaPolicy": replica.policy,
            }
        )

    KmsBackend.replicate_key = replicate_key
    KmsResponse.replicate_key = replicate_key_response


def correct_multi_region_ciphertexts():
    """Let what a multi-Region key encrypted be decrypted again.

    A ciphertext starts with the id of its key, in 36 characters. The id of a
    multi-Region key has four more, mrk-, so its end is cut off and Decrypt
    answers that there is no such key.
    """
    prefix = len("mrk-")
    width = kms_utils.KEY_ID_LEN + prefix
    deserialize = kms_utils._deserialize_ciphertext_blob

    def deserialize_ciphertext_blob(ciphertext_blob):
        ciphertext = deserialize(ciphertext_blob)
        # struct fills up the shorter ids with zeros.
        return ciphertext._replace(key_id=ciphertext.key_id.rstrip("\0"))

    kms_utils.CIPHERTEXT_HEADER_FORMAT = f">{width}s{kms_utils.IV_LEN}s{kms_utils.TAG_LEN}s"
    kms_utils.HEADER_LEN += prefix
    kms_utils._deserialize_ciphertext_blob = deserialize_ciphertext_blob


def correct_trails_by_arn():
    """Find a trail by its ARN as well as by its name.

    StartLogging, StopLogging and DeleteTrail know names only, the provider
    sends ARNs. The first two then answer HTTP 500, which the provider retries
    for minutes; the last deletes nothing and says nothing.
    """

    def delete_trail(self, name):
        self.trails.pop(self.get_trail(name).trail_name)

    CloudTrailBackend.start_logging = lambda self, name: self.get_trail(name).start_logging()
    CloudTrailBackend.stop_logging = lambda self, name: self.get_trail(name).stop_logging()
    CloudTrailBackend.delete_trail = delete_trail


def add_default_key_of_ebs():
    """Answer GetEbsDefaultKmsKeyId and ResetEbsDefaultKmsKeyId.

    Moto knows ModifyEbsDefaultKmsKeyId alone, so aws_ebs_default_kms_key can be
    made, and then neither read nor destroyed.
    """

    def get(self):
        self.error_on_dryrun()
        backend = self.ec2_backend
        return ActionResult({"KmsKeyId": backend.default_kms_key_id or EBSBackend._create_default_encryption_key(backend)})

    def reset(self):
        self.error_on_dryrun()
        return ActionResult({"KmsKeyId": EBSBackend._create_default_encryption_key(self.ec2_backend)})

    ElasticBlockStore.get_ebs_default_kms_key_id = get
    ElasticBlockStore.reset_ebs_default_kms_key_id = reset


def correct_event_delivery():
    """Deliver events to SNS topics, and to those rules only that would get them.

    A rule whose target is a topic makes PutEvents fail. The state of a rule is
    ignored, so that a rule would seem to get what EventBridge keeps from it: all
    events when it is disabled, and those of calls that only read unless it asks
    for them. An input template of quoted lines, which EventBridge passes on with
    an empty text for each part that the event lacks, is taken for JSON.
    """
    send = Rule.send_to_targets
    path_of = functools.cache(parse_path)  # parsing takes longer than everything else
    everything = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"

    def gets(rule, event):
        read_only = event["detail-type"].endswith("via CloudTrail") and event["detail"].get("readOnly") is True
        return rule.state == everything or (rule.state == "ENABLED" and not read_only)

    def text(value):
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))

    def message(target, event):
        transformer = target.get("InputTransformer")
        if not transformer:
            return json.dumps(event)
        filled = transformer["InputTemplate"]
        for name, path in transformer.get("InputPathsMap", {}).items():
            found = path_of(path).find(event)
            filled = filled.replace(f"<{name}>", text(found[0].value) if found else "")
        return filled

    def send_to_targets(self, original_event, transform_input=True):
        # The time is a number in moto.
        at = datetime.fromtimestamp(float(original_event["time"]), timezone.utc)
        original_event = {**original_event, "time": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        if not gets(self, original_event):
            return
        topics = [target for target in self.targets if target["Arn"].split(":")[2] == "sns"]
        if topics and self.event_pattern.matches_event(original_event):
            for target in topics:
                backend = sns_backends[self.account_id][self.region_name]
                backend.get_topic(target["Arn"]).publish(message(target, original_event))
        rest = copy.copy(self)
        rest.targets = [target for target in self.targets if target not in topics]
        send(rest, original_event, transform_input)

    Rule.send_to_targets = send_to_targets


def stop_with_standard_input():
    """End the process at once when standard input is closed."""
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    if not os.environ.get("MOTO_ACCOUNT_ID"):
        sys.exit("MOTO_ACCOUNT_ID must hold the id of the account to answer for")
    correct_rotation_period()
    correct_replicas()
    correct_multi_region_ciphertexts()
    correct_trails_by_arn()
    add_default_key_of_ebs()
    correct_patterns()
    correct_event_delivery()

    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    threading.Thread(target=stop_with_standard_input, daemon=True).start()
    print(f"listening on {server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
