"""A client that openapi-generator made, at work: use_generator_client.py URL PICTURE"""

import hashlib
import io
import sys
import tarfile

import pseudolabel_client as api

PNG = b"\x89PNG\r\n\x1a\n"


def main():
    client = api.ApiClient(api.Configuration(host=sys.argv[1]))
    masks, jobs, truths = api.MasksApi(client), api.JobsApi(client), api.GroundTruthApi(client)
    with open(sys.argv[2], "rb") as file:
        picture = file.read()

    by_body = masks.create_mask(picture, labels="cat", scales="1", flip=False, refinement="none")
    assert isinstance(by_body, api.Mask), by_body
    # A method has one kind of body; the form goes through what all its methods are made of.
    request = client.param_serialize(
        method="POST", resource_path="/v1/masks", header_params={"Content-Type": "multipart/form-data"},
        post_params=[("labels", "cat"), ("scales", "1"), ("flip", "false"), ("refinement", "none")],
        files={"image": ("cat.png", picture)})
    answer = client.call_api(*request)
    answer.read()
    by_form = client.response_deserialize(response_data=answer, response_types_map={"200": "Mask"}).data
    assert by_form.id == by_body.id and by_form.cached, by_form
    plain = masks.create_mask(picture)
    assert plain.label_source == "predicted", plain
    assert masks.get_mask(by_body.id).id == by_body.id

    png = bytes(masks.get_mask_image(by_body.id))
    assert png.startswith(PNG), png[:20]
    assert bytes(masks.get_mask_overlay(by_body.id, width=40)).startswith(PNG)
    truth = truths.set_ground_truth(by_body.id, png)
    assert truth.mean_iou == 1, truth
    try:
        masks.create_mask(picture, labels="catt")
        raise AssertionError("an unknown label is taken")
    except api.ApiException as refusal:
        assert refusal.status == 422 and refusal.data.errors[0].var_field == "labels", refusal

    digest = hashlib.sha256(picture).hexdigest()
    options = api.NewOptions(scales=[1], flip=False, refinement="none", background=0.35)
    items = [api.NewJobItem(name=f"{number}", sha256=digest, labels=["cat"]) for number in range(3)]
    job = jobs.create_job(api.NewJob(name="generated", items=items, options=options), idempotency_key="second")
    for missing in job.missing:
        assert jobs.upload_image(missing, picture).sha256 == missing
    events = jobs.follow_job(job.id)
    assert isinstance(events, str) and "event: end" in events, events
    assert jobs.get_job(job.id).counts.done == 3

    # Page by page, each from the cursor of the one before.
    names, cursor = [], "-1"
    while cursor:
        page = jobs.list_job_items(job.id, limit=2, cursor=cursor)
        names += [item.name for item in page.items]
        cursor = page.next_cursor
    assert names == ["0", "1", "2"], names
    archive = bytes(jobs.get_job_result(job.id, cursor="-1"))
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert "SegmentationClass/2.png" in tar.getnames(), tar.getnames()
    print("openapi-generator: all calls answered")


main()
