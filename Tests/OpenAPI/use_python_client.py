"""A client that openapi-python-client made, at work: use_python_client.py URL PICTURE"""

import hashlib
import io
import sys
import tarfile

from pseudolabel_client import Client
from pseudolabel_client.api.ground_truth import set_ground_truth
from pseudolabel_client.api.jobs import create_job, follow_job, get_job, get_job_result, list_job_items, upload_image
from pseudolabel_client.api.masks import create_mask, get_mask, get_mask_image, get_mask_overlay
from pseudolabel_client.models import (
    CreateMaskFilesBody, CreateMaskFilesBodyRefinement, CreateMaskRefinement, GroundTruth, Mask, NewJob, NewJobItem,
    NewOptions, NewOptionsRefinement, Problem)
from pseudolabel_client.types import File

PNG = b"\x89PNG\r\n\x1a\n"


def main():
    client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)
    with open(sys.argv[2], "rb") as file:
        picture = file.read()

    by_body = create_mask.sync(
        client=client, body=File(payload=io.BytesIO(picture)), labels="cat", scales="1", flip=False,
        refinement=CreateMaskRefinement.NONE)
    assert isinstance(by_body, Mask), by_body
    form = CreateMaskFilesBody(
        image=File(payload=io.BytesIO(picture), file_name="cat.png"), labels="cat", scales="1", flip=False,
        refinement=CreateMaskFilesBodyRefinement.NONE)
    by_form = create_mask.sync(client=client, body=form)
    assert isinstance(by_form, Mask) and by_form.id == by_body.id and by_form.cached, by_form
    # Only what the picture is: the server's defaults, in the query and in the form.
    plain = create_mask.sync(client=client, body=CreateMaskFilesBody(image=File(payload=io.BytesIO(picture))))
    assert isinstance(plain, Mask) and plain.label_source.value == "predicted", plain
    assert get_mask.sync(by_body.id, client=client).id == by_body.id

    png = get_mask_image.sync(by_body.id, client=client).payload.read()
    assert png.startswith(PNG), png[:20]
    assert get_mask_overlay.sync(by_body.id, client=client, width=40).payload.read().startswith(PNG)
    truth = set_ground_truth.sync(by_body.id, client=client, body=File(payload=io.BytesIO(png)))
    assert isinstance(truth, GroundTruth) and truth.mean_iou == 1, truth

    refusal = create_mask.sync(client=client, body=File(payload=io.BytesIO(picture)), labels="catt")
    assert isinstance(refusal, Problem) and refusal.errors[0].field == "labels", refusal

    digest = hashlib.sha256(picture).hexdigest()
    options = NewOptions(scales=[1], flip=False, refinement=NewOptionsRefinement.NONE, background=0.3)
    items = [NewJobItem(name=f"{number}", sha256=digest, labels=["cat"]) for number in range(3)]
    job = create_job.sync(
        client=client, body=NewJob(name="generated", items=items, options=options), idempotency_key="first")
    for missing in job.missing:
        uploaded = upload_image.sync(missing, client=client, body=File(payload=io.BytesIO(picture)))
        assert uploaded.sha256 == missing, uploaded
    events = follow_job.sync(job.id, client=client)
    assert isinstance(events, str) and "event: end" in events, events
    assert get_job.sync(job.id, client=client).counts.done == 3

    # Page by page, each from the cursor of the one before.
    names, cursor = [], "-1"
    while cursor:
        page = list_job_items.sync(job.id, client=client, limit=2, cursor=cursor)
        names += [item.name for item in page.items]
        cursor = page.next_cursor
    assert names == ["0", "1", "2"], names
    archive = get_job_result.sync(job.id, client=client, cursor="-1").payload.read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert "SegmentationClass/2.png" in tar.getnames(), tar.getnames()
    print("openapi-python-client: all calls answered")


main()
