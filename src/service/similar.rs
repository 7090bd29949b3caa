//! Earlier visits that are like one: found by the vector of the main complaint, shown as the lists show them.
//!
//! Only finished visits whose patients agree to a record are kept among the vectors, and what is shown is read from the lists
//! at that moment: whoever withdraws consent or has a visit erased is gone from here at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{Action, Listing, Shown};
use crate::search::{Embed, SearchError, Vectors};

use super::changes::Told;
use super::open_record::readable;
use super::staff::Member;
use super::{ChangeError, Service, VisitError, now};

/// Visits shown at most.
const MOST: usize = 5;
/// Visits looked at for that: some are later ones, or no longer to be shown.
const LOOKED_AT: usize = 40;
/// Less alike than this is another complaint. Cosines of the encoder's vectors lie between 0.3 and 1 for complaints.
const LEAST: f32 = 0.8;
/// Complaints put before the encoder at once.
const AT_ONCE: usize = 16;

/// What finds similar visits.
pub struct Similar {
    /// Vectors of complaints, by visit.
    pub index: Box<dyn Vectors>,
    /// Makes vectors of texts.
    pub embed: Box<dyn Embed>,
    /// So many of the newest visits are looked through.
    pub visits: u32,
}

/// An earlier visit that is like this one.
#[derive(Debug, Clone)]
pub struct SimilarVisit {
    /// What lists show of it.
    pub listing: Listing,
    /// Cosine of the two complaints.
    pub cosine: f32,
    /// The hospital gave both the same reference.
    pub same_patient: bool,
}

/// Earlier visits like this one, the most alike first; `None` where the service has no vectors. What was shown is in the audit
/// before it is.
///
/// # Errors
/// See [`ChangeError`]; without the patient's consent to a record nothing is shown.
pub async fn find_similar(
    service: &Service,
    member: &Member,
    id: Uuid,
) -> Result<Option<Vec<SimilarVisit>>, ChangeError> {
    readable(service, id).await?;
    let Some(similar) = &service.similar else {
        return Ok(None);
    };
    let reader = service.log.reader();
    let this = reader.find_listing(id).await.map_err(VisitError::Read)?;
    let this = this.filter(|this| !this.complaint.is_empty());
    let mut visits = vec![];
    if let Some(this) = &this {
        for (key, cosine) in nearest(similar, this.complaint.clone()).await {
            if key == id || cosine < LEAST || visits.len() == MOST {
                continue;
            }
            let other = reader.find_listing(key).await.map_err(VisitError::Read)?;
            visits.extend(
                other
                    .filter(|other| is_kept(other) && other.opened < this.opened)
                    .map(|listing| SimilarVisit {
                        same_patient: this.patient_ref.is_some()
                            && listing.patient_ref == this.patient_ref,
                        listing,
                        cosine,
                    }),
            );
        }
    }
    let mut entry = member.did(Action::SimilarRead, now());
    entry.visit = Some(id);
    let codes = visits.iter().map(|one| one.listing.code().to_string());
    entry.detail = codes.collect::<Vec<_>>().join(" ");
    service.log.staff().note(&entry).await?;
    Ok(Some(visits))
}

/// Nothing where the encoder or the index fails: the record does not wait for it.
async fn nearest(similar: &Arc<Similar>, complaint: String) -> Vec<(Uuid, f32)> {
    let similar = Arc::clone(similar);
    let found = tokio::task::spawn_blocking(move || {
        let vectors = similar.embed.embed(vec![complaint])?;
        match vectors.first() {
            Some(vector) => similar.index.nearest(vector, LOOKED_AT),
            None => Ok(vec![]),
        }
    });
    match found.await {
        Ok(Ok(found)) => found.iter().map(|one| (one.key, one.cosine)).collect(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "similar visits were not looked for");
            vec![]
        }
        Err(error) => {
            tracing::error!(%error, "similar visits were not looked for");
            vec![]
        }
    }
}

/// Finished, readable, and about something.
fn is_kept(listing: &Listing) -> bool {
    let over = listing.done || listing.handed_over || listing.review.is_final();
    over && listing.shown == Shown::Full && !listing.complaint.is_empty()
}

/// Keeps the vectors as the lists are, until the service stops.
pub async fn keep_similar(service: Arc<Service>) {
    let (Some(similar), Some(mut changes)) = (service.similar.clone(), service.listen()) else {
        return;
    };
    let mut texts = HashMap::new();
    // Changes meanwhile wait in the listener.
    let mut told = Told::Much;
    loop {
        let done = match told {
            Told::Over => return,
            Told::Much => fill(&service, &similar, &mut texts).await,
            Told::Visit(visit) => follow(&service, &similar, &mut texts, visit).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "vectors of visits are behind");
        }
        told = changes.next().await;
    }
}

/// Why vectors could not be kept.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error(transparent)]
    Read(#[from] crate::store::ReadError),
    #[error(transparent)]
    Search(#[from] SearchError),
    #[error("the work was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// Adds visits that are missing and removes those that are no longer to be there.
async fn fill(
    service: &Service,
    similar: &Arc<Similar>,
    texts: &mut HashMap<Uuid, String>,
) -> Result<(), KeepError> {
    let listings = service.log.reader().list_newest(similar.visits).await?;
    let wanted: Vec<Listing> = listings.into_iter().filter(is_kept).collect();
    let there = blocking(similar, |similar| similar.index.keys()).await?;
    let there: HashSet<Uuid> = there.into_iter().collect();
    let keep: HashSet<Uuid> = wanted.iter().map(|one| one.visit).collect();
    let gone: Vec<Uuid> = there.difference(&keep).copied().collect();
    blocking(similar, move |similar| similar.index.remove(&gone)).await?;
    let missing: Vec<Listing> = wanted
        .into_iter()
        .filter(|one| !there.contains(&one.visit))
        .collect();
    for some in missing.chunks(AT_ONCE) {
        put(similar, some.to_vec()).await?;
        texts.extend(some.iter().map(|one| (one.visit, one.complaint.clone())));
    }
    if !missing.is_empty() {
        tracing::info!(
            visits = missing.len(),
            "vectors of earlier visits are ready"
        );
    }
    Ok(())
}

/// One visit changed.
async fn follow(
    service: &Service,
    similar: &Arc<Similar>,
    texts: &mut HashMap<Uuid, String>,
    visit: Uuid,
) -> Result<(), KeepError> {
    let listing = service.log.reader().find_listing(visit).await?;
    match listing.filter(is_kept) {
        Some(one) if texts.get(&visit) == Some(&one.complaint) => Ok(()),
        Some(one) => {
            put(similar, vec![one.clone()]).await?;
            texts.insert(visit, one.complaint);
            Ok(())
        }
        None => {
            texts.remove(&visit);
            blocking(similar, move |similar| similar.index.remove(&[visit])).await
        }
    }
}

async fn put(similar: &Arc<Similar>, listings: Vec<Listing>) -> Result<(), KeepError> {
    blocking(similar, move |similar| {
        let texts = listings.iter().map(|one| one.complaint.clone()).collect();
        let vectors = similar.embed.embed(texts)?;
        let keys = listings.iter().map(|one| one.visit);
        similar.index.put(&keys.zip(vectors).collect::<Vec<_>>())
    })
    .await
}

/// Work that waits, on a thread that may.
async fn blocking<T: Send + 'static>(
    similar: &Arc<Similar>,
    work: impl FnOnce(&Similar) -> Result<T, SearchError> + Send + 'static,
) -> Result<T, KeepError> {
    let similar = Arc::clone(similar);
    Ok(tokio::task::spawn_blocking(move || work(&similar)).await??)
}
